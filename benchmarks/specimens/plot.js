// The charts of charts.yml with Observable Plot: its defaults, the type that slides need, and labels where it has marks
// for them. benchmarks/look.py runs this in a browser; slidegen itself does not need it.
(tables) => {
  const GiB = 2 ** 30;
  const size = { width: 1136, height: 540, style: { fontSize: "20px", background: "none" }, marginLeft: 80, marginTop: 50, marginBottom: 72 };
  const short = (model) => model.split("/").at(-1);
  const charts = {
    bars: { ...size, marginLeft: 150, marginRight: 80, x: { label: "Memory, GiB", ticks: 5 }, y: { label: null, domain: ["full", "lora", "qlora"] }, marks: [
      Plot.barX(tables.one, { x: (d) => d.total / GiB, y: "method", fill: (d) => (d.method === "qlora" ? "#0072b2" : "#bab5aa") }),
      Plot.text(tables.one, { x: (d) => d.total / GiB, y: "method", text: (d) => (d.total / GiB).toFixed(1), textAnchor: "start", dx: 8, fontSize: 24 }),
      Plot.ruleX([0]) ] },
    stacked: { ...size, marginLeft: 150, marginRight: 40, color: { legend: true }, x: { label: "Memory, GiB", grid: true, ticks: 5 }, y: { label: null }, marks: [
      Plot.barX(tables.one.flatMap((d) => ["weights", "gradients", "optimizer", "adapter"].map((part) => ({ method: d.method, part, size: d[part] / GiB }))),
        { x: "size", y: "method", fill: "part", order: null }),
      Plot.ruleX([16, 24, 48, 80], { strokeDasharray: "4 3" }),
      Plot.text([16, 24, 48, 80], { x: (d) => d, text: (d) => `${d} GB`, frameAnchor: "top", dy: -24 }) ] },
    "dot-plot": { ...size, marginLeft: 220, x: { label: "Body mass, g", grid: true, ticks: 5 }, y: { label: null, domain: [...tables.penguins].sort((a, b) => b.mass - a.mass).map((d) => d.penguins) }, marks: [
      Plot.link(tables.penguins, { x1: "low", x2: "high", y: "penguins", strokeWidth: 4, stroke: "#bab5aa" }),
      Plot.dot(tables.penguins, { x: "mass", y: "penguins", r: 7, fill: (d) => (d.mass > 4600 ? "#0072b2" : "#8d897f") }) ] },
    "heat-map": { ...size, padding: 0.02, color: { scheme: "blues", legend: true, label: "Memory, GiB" }, x: { label: "Tokens in a sequence", type: "band", axis: "top" }, y: { label: "Batch size", type: "band" }, marks: [
      Plot.cell(tables.grid, { x: "seq_len", y: "batch_size", fill: (d) => d.total / GiB }),
      Plot.text(tables.grid, { x: "seq_len", y: "batch_size", text: (d) => (d.total / GiB).toFixed(1), fontSize: 24, fill: (d) => (d.total / GiB > 70 ? "white" : "black") }) ] },
    scatter: { ...size, grid: true, x: { label: "Bits per parameter" }, y: { type: "log", label: "Relative error, %", ticks: [1, 2, 5, 10, 20], tickFormat: "d" }, marks: [
      Plot.dot(tables.weights, { x: "bits", y: (d) => d.error * 100, r: 6, fill: (d) => (d.method === "nf4" ? "#0072b2" : "#bab5aa") }),
      Plot.text(tables.weights, { x: "bits", y: (d) => d.error * 100, text: "title", dx: 12, textAnchor: "start" }) ], marginRight: 160 },
    line: { ...size, grid: true, marginRight: 130, color: { legend: false }, x: { label: "The large weight, in standard deviations" }, y: { type: "log", label: "Relative error of the others, %", tickFormat: "d", ticks: [1, 3, 10, 30] }, marks: [
      Plot.lineY(tables.outliers, { x: "outlier", y: (d) => d.error * 100, stroke: (d) => String(d.block_size), strokeWidth: 3, marker: true }),
      Plot.text(tables.outliers, Plot.selectLast({ x: "outlier", y: (d) => d.error * 100, z: (d) => String(d.block_size), text: (d) => `per ${d.block_size}`, textAnchor: "start", dx: 12 })) ] },
    area: { ...size, color: { legend: true }, x: { label: "Tokens in a sequence", ticks: 5 }, y: { label: "Memory, GiB", grid: true, ticks: 4 }, marks: [
      Plot.areaY(tables.lengths.flatMap((d) => ["weights", "activations", "logits"].map((part) => ({ seq_len: d.seq_len, part, size: d[part] / GiB }))),
        { x: "seq_len", y: "size", fill: "part", order: null }),
      Plot.ruleY([0]) ] },
    multiples: { ...size, grid: true, marginRight: 40, insetLeft: 24, insetRight: 24, fx: { label: null }, x: { label: "Tokens in a sequence", ticks: [512, 4096] }, y: { label: "Memory, GiB", zero: true, ticks: 4 }, marks: [
      Plot.frame({ stroke: "#ddd" }),
      Plot.lineY(tables.growth, { x: "seq_len", y: (d) => d.total / GiB, fx: (d) => short(d.model), stroke: "#0072b2", strokeWidth: 4 }) ] },
    histogram: { ...size, x: { label: "Weight over the largest of its block" }, y: { label: "Weights", grid: true, ticks: 5 }, marks: [
      Plot.rectY(tables.bins, { x1: "low", x2: "high", y: "count", fill: "#bab5aa", inset: 0 }),
      Plot.ruleX(tables.nf4, { x: "level", stroke: "#0072b2", strokeWidth: 2 }),
      Plot.ruleY([0]) ] },
  };
  for (const [name, options] of Object.entries(charts)) {
    const figure = document.createElement("figure");
    figure.id = name;
    figure.append(Plot.plot(options));
    document.body.append(figure);
  }
  return Object.keys(charts);
}
