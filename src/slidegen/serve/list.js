// The list of decks keeps itself up to date.
(() => {
  const decks = document.getElementById("decks");
  const source = new EventSource("events");
  source.onmessage = (event) => {
    const template = document.createElement("template");
    template.innerHTML = JSON.parse(event.data).html;
    const fresh = template.content.firstElementChild;
    if (fresh.innerHTML !== decks.innerHTML) decks.replaceChildren(...fresh.childNodes);
  };
  addEventListener("pagehide", () => source.close());
})();
