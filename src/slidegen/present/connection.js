// Keeps a page of a talk connected with the server, also when the server or the device has slept. `heard` is told of each
// sign of life, with the message if it is one, `lost` when the connection is, and `take` gets every message. Returns what
// connects again.
const keepConnected = (address, { heard, lost, take }) => {
  const SILENT = 20_000; // ms without a word after which the connection is taken for dead
  const SOON = 400; // ms until the first attempt to connect again; each one waits longer
  const LATE = 5000;
  let source = null;
  let last = 0;
  let wait = SOON;
  let retry = 0;
  const drop = () => {
    source?.close();
    source = null;
    lost();
    clearTimeout(retry);
    retry = setTimeout(connect, wait);
    wait = Math.min(LATE, wait * 1.6);
  };
  function connect() {
    clearTimeout(retry);
    source?.close();
    last = Date.now();
    const mine = new EventSource(address);
    source = mine;
    const hear = (message) => {
      if (mine !== source) return;
      last = Date.now();
      wait = SOON;
      heard(message);
    };
    mine.addEventListener("alive", () => hear());
    mine.onmessage = ({ data }) => { hear(data); take(JSON.parse(data)); };
    mine.onerror = () => mine === source && drop();
  }
  const silent = () => Date.now() - last > SILENT;
  const wake = () => { if (!source || silent()) connect(); };
  setInterval(() => source && silent() && drop(), 2000);
  addEventListener("online", wake);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && wake());
  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", ({ persisted }) => persisted && connect());
  connect();
  return () => source && drop();
};

// Returns what sends messages to the server in their order, in requests that are no larger than the server takes. Of the
// kinds in `newest` only the last one counts. `answered` gets the status of each answer; 0 says that there was none, and
// that what waited is lost.
const sendTo = (address, newest, answered) => {
  const POINTS = 1000; // of one message
  const MESSAGES = 100; // of one request
  const SIZE = 90_000; // bytes of one request
  let waiting = [];
  let busy = false;
  const pump = async () => {
    if (busy || !waiting.length) return;
    busy = true;
    let count = 0;
    for (let size = 0; count < Math.min(MESSAGES, waiting.length); count += 1) {
      size += waiting[count].text.length + 1;
      if (size > SIZE) break;
    }
    const some = waiting.splice(0, count);
    const body = `[${some.map(({ text }) => text).join()}]`;
    const sent = fetch(address, { method: "POST", headers: { "content-type": "application/json" }, body, signal: AbortSignal.timeout(8000) });
    const status = await sent.then((answer) => answer.status, () => 0);
    if (status === 429) waiting.unshift(...some); // too many requests: later
    else if (!status) waiting = [];
    answered(status);
    setTimeout(() => { busy = false; pump(); }, status === 429 ? 500 : 25);
  };
  return (message) => {
    const [kind] = Object.keys(message);
    if (newest.includes(kind)) waiting = waiting.filter((one) => one.kind !== kind);
    const { points = [] } = message[kind] ?? {};
    for (let from = 0; from === 0 || from < points.length; from += POINTS) {
      const part = points.length > POINTS ? { [kind]: { ...message[kind], points: points.slice(from, from + POINTS) } } : message;
      waiting.push({ kind, text: JSON.stringify(part) });
    }
    pump();
  };
};
