// Makes citeproc-js read a style faster: APA in an eighth of the time, Chicago in a fifteenth. It looks up each macro in
// the whole style, and writes those of sort keys out wherever they are called, 8,000 times in APA's.

{
  const search = CSL.XmlJSON.prototype.getNodesByName;

  CSL.XmlJSON.prototype.getNodesByName = function (node, name, named, found) {
    if (found || name !== "macro" || !named || node !== this.dataObj) return search.call(this, node, name, named, found);
    // reversed: of several macros with a name the first one counts
    this.slidegenMacros ??= new Map(search.call(this, node, name).reverse().map((one) => [one.attrs.name, [one]]));
    return this.slidegenMacros.get(named) ?? [];
  };

  const key = CSL.Node.key.build;

  CSL.Node.key.build = function (state, target) {
    state.slidegenKey = (state.slidegenKey ?? 0) + 1;
    return key.call(this, state, target);
  };

  const expand = CSL.expandMacro;

  // A macro of a sort key is a list of its own, as citeproc-js has it for all other macros.
  CSL.expandMacro = function (token, target) {
    const extension = this.build.extension;
    if (!extension) return expand.call(this, token, target);
    this.slidegenLists ??= new Map();
    const name = [this.build.root, this.slidegenKey, token.postponed_macro, token.strings.sort_direction].join(" ");
    let list = this.slidegenLists.get(name);
    if (!list) {
      const area = this[this.build.root + extension], whole = area.tokens;
      area.tokens = list = [];
      expand.call(this, token, list);
      area.tokens = whole;
      this.configureTokenList(list);
      this.slidegenLists.set(name, list);
    }
    const call = new CSL.Token("text", CSL.SINGLETON);
    call.execs.push((state, Item, item) => {
      for (let next = 0; next < list.length;) next = CSL.tokenExec.call(state, list[next], Item, item);
    });
    target.push(call);
  };
}
