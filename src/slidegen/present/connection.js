// Keeps a page of a talk connected with the server, also when the server or the device has slept. `heard` is told of each
// sign of life, with the message if it is one, `lost` when the connection is, and `take` gets every message.
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
};
