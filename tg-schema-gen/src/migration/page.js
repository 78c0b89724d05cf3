"use strict";
(() => {
  const table = document.getElementById("rows");
  const form = document.getElementById("filters");
  const shown = document.getElementById("shown");
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const keys = heads.map((head) => head.dataset.key);
  const rows = [...body.rows].map((tr, index) => ({ tr, index, cells: null, text: null }));
  const cells = (row) => (row.cells ??= [...row.tr.cells].map((td) => td.textContent));
  const text = (row) => (row.text ??= cells(row).join("\n").toLowerCase());
  const selects = ["verdict", "kind", "module", "record"].map((key) => ({
    at: keys.indexOf(key),
    control: document.getElementById(`f-${key}`),
  }));
  const search = document.getElementById("f-text");

  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = selects.filter(({ control }) => control.value !== "");
    let count = 0;
    for (const row of rows) {
      const fits =
        chosen.every(({ at, control }) => cells(row)[at] === control.value) &&
        words.every((word) => text(row).includes(word));
      row.tr.hidden = !fits;
      if (fits) count += 1;
    }
    shown.value = `${count} of ${rows.length} rows`;
  };

  const verdicts = ["exact", "widened", "lossy", "manual"];
  const collator = new Intl.Collator("en", { numeric: true });
  const compare = (key, at) => (a, b) => {
    const [left, right] = [cells(a)[at], cells(b)[at]];
    if (key === "verdict") return verdicts.indexOf(left) - verdicts.indexOf(right);
    return collator.compare(left, right);
  };
  const sort = (head) => {
    const next = { none: "ascending", ascending: "descending", descending: "none" };
    const direction = next[head.getAttribute("aria-sort") ?? "none"];
    for (const other of heads) other.removeAttribute("aria-sort");
    const sorted = [...rows];
    if (direction !== "none") {
      head.setAttribute("aria-sort", direction);
      const order = compare(head.dataset.key, heads.indexOf(head));
      const sign = direction === "ascending" ? 1 : -1;
      sorted.sort((a, b) => sign * order(a, b) || a.index - b.index);
    }
    body.append(...sorted.map((row) => row.tr));
  };

  for (const head of heads) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    button.title = `Sort by ${head.textContent}`;
    button.addEventListener("click", () => sort(head));
    head.replaceChildren(button);
  }
  const show = () => {
    for (const part of ["types", "tightening"]) {
      const box = document.getElementById(`show-${part}`);
      table.classList.toggle(`hide-${part}`, box !== null && !box.checked);
    }
  };
  const update = () => {
    show();
    filter();
  };
  form.addEventListener("input", update);
  form.addEventListener("change", update);
  form.addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("clear").addEventListener("click", () => {
    form.reset();
    update();
  });
  form.hidden = false;
  update();
})();
