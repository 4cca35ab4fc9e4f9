// Tables: columns and rows as the browser measures them, cells with paragraphs, bars as panels below the text.
const tableOf = (table) => {
  const rect = table.getBoundingClientRect();
  const rows = [...table.rows].filter(seen);
  const taken = [];
  const cells = [];
  const beside = [];
  rows.forEach((row, index) => {
    taken[index] ??= [];
    let column = 0;
    for (const cell of row.cells) {
      while (taken[index][column]) column += 1;
      const [across, down] = [cell.colSpan, Math.min(cell.rowSpan || rows.length, rows.length - index)];
      for (let y = index; y < index + down; y++) for (let x = column; x < column + across; x++) (taken[y] ??= [])[x] = true;
      cells.push({ element: cell, row: index, column, across, down });
      column += across;
    }
  });
  const count = Math.max(0, ...taken.map((row) => row.length));
  if (!count) return [];
  const rtl = styleOf(table).direction === "rtl";
  const edges = Array(count + 1).fill(null);
  const place = (x) => (rtl ? rect.right - x : x - rect.left);
  for (const { element, column, across } of [...cells].sort((a, b) => a.across - b.across)) {
    const one = element.getBoundingClientRect();
    const [start, end] = rtl ? [one.right, one.left] : [one.left, one.right];
    edges[column] ??= place(start);
    edges[column + across] ??= place(end);
  }
  for (let at = 0; at <= count; at++) edges[at] ??= at ? edges[at - 1] : 0;
  const tops = rows.map((row) => row.getBoundingClientRect());
  const made = cells.map(({ element, ...at }) => {
    const style = styleOf(element);
    const opacity = opacityOf(element);
    const floating = [];
    const paragraphs = paragraphsIn(element, floating);
    beside.push(...floating);
    for (const bar of element.querySelectorAll(".bar")) beside.push(...barOf(bar));
    const ground = styleOf(element.parentElement);
    const room = barRoom(element, style);
    return {
      ...at, paragraphs, header: element.localName === "th" && Boolean(element.closest("thead")),
      fill: colorOf(style.backgroundColor, opacity) ?? colorOf(ground.backgroundColor, opacity) ?? colorOf(styleOf(element.parentElement.parentElement).backgroundColor, opacity),
      left: borderOf(style, "Left", opacity), right: borderOf(style, "Right", opacity), above: borderOf(style, "Top", opacity), below: borderOf(style, "Bottom", opacity),
      padding: [px(style.paddingTop), px(style.paddingRight) + room.right, px(style.paddingBottom), px(style.paddingLeft) + room.left].map(rounded),
      anchor: { middle: "middle", bottom: "bottom" }[style.verticalAlign] ?? "top",
    };
  });
  loosen(made, edges);
  const shape = {
    kind: "table", box: boxOf({ left: rtl ? rect.right - edges.at(-1) : rect.left + edges[0], top: tops[0].top, width: edges.at(-1) - edges[0], height: tops.at(-1).bottom - tops[0].top }),
    columns: edges.slice(1).map((edge, at) => rounded(Math.max(1, edge - edges[at]))), rows: tops.map((row) => rounded(row.height)),
    cells: made, header_rows: rows.filter((row) => row.closest("thead")).length, rtl,
    name: table.closest("[data-table]")?.dataset.table ?? "", step: stepOf(table),
  };
  if (rows.some((row) => stepOf(row) !== null && stepOf(row) !== shape.step)) lose("the rows of a table", "appear together: PowerPoint animates no single rows");
  return [...beside, shape];
};
// What a bar beside a number takes of its cell.
const barRoom = (cell, style) => {
  const bar = cell.querySelector(":scope > .bar, :scope > .chip + .bar");
  const room = { left: 0, right: 0 };
  if (!bar) return room;
  const [own, whole] = [bar.getBoundingClientRect(), cell.getBoundingClientRect()];
  const gap = px(styleOf(bar).marginInlineStart);
  if (own.left - whole.left > whole.width / 3) room.right = Math.max(0, whole.right - px(style.paddingRight) - own.left + gap);
  else room.left = Math.max(0, own.right - whole.left - px(style.paddingLeft) + gap);
  return room;
};
// Columns are as wide as their text, which another font may make wider: their edges move into the gaps between them, and
// what is left of a gap on the other side of the text is the text's.
const loosen = (cells, edges) => {
  const rtl = look.rtl;
  const [end, start] = rtl ? [3, 1] : [1, 3];
  const ruled = cells.some((cell) => cell.left || cell.right);
  for (let edge = 1; edge < edges.length - 1 && !ruled; edge++) {
    const before = cells.filter((cell) => cell.column + cell.across === edge);
    const after = cells.filter((cell) => cell.column === edge);
    const move = rounded(Math.min(24, ...before.map((cell) => cell.padding[end])) / 2);
    edges[edge] -= move;
    for (const cell of before) cell.padding[end] = rounded(cell.padding[end] - move);
    for (const cell of after) cell.padding[start] = rounded(cell.padding[start] + move);
  }
  const last = edges.length - 1;
  // The outer edges move outwards for text at the other side of its cell; that at the same side stays where it is.
  const widen = (side, align, touches, wide) => {
    const outer = cells.filter(touches);
    if (ruled || !outer.some((cell) => cell.across === 1 && cell.paragraphs.some((paragraph) => paragraph.align !== align))) return 0;
    const move = rounded(wide * 0.12);
    for (const cell of outer) if (cell.paragraphs.every((paragraph) => paragraph.align === align)) cell.padding[side] = rounded(cell.padding[side] + move);
    return move;
  };
  edges[0] -= widen(start, "start", (cell) => cell.column === 0, edges[1] - edges[0]);
  edges[last] += widen(end, "end", (cell) => cell.column + cell.across === last, edges[last] - edges[last - 1]);
  for (const cell of cells) {
    const aligns = new Set(cell.paragraphs.map(({ align }) => align));
    if (aligns.size !== 1) continue;
    if (!aligns.has("end")) cell.padding[end] = 0;
    if (!aligns.has("start")) cell.padding[start] = 0;
  }
};
// A bar in a cell: the filled part of its gradient.
const barOf = (bar) => {
  const style = styleOf(bar);
  const rect = bar.getBoundingClientRect();
  const share = (name) => parseFloat(style.getPropertyValue(name)) / 100 || 0;
  const [from, to] = [share("--from"), share("--to")];
  const color = [...style.backgroundImage.matchAll(STOP)].map(([, one]) => colorOf(one, opacityOf(bar))).find((one) => one && one.alpha > 0.05);
  if (!color || to <= from) return [];
  const rtl = style.direction === "rtl";
  const left = rect.left + rect.width * (rtl ? 1 - to : from);
  return [{ kind: "panel", box: boxOf({ left, top: rect.top, width: rect.width * (to - from), height: rect.height }), fill: color, step: stepOf(bar) }];
};
