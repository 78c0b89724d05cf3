"use strict";
(() => {
  const form = document.getElementById("filters");
  const shown = document.getElementById("shown");
  const search = document.getElementById("f-text");
  const [severity, rule, format] = ["severity", "rule", "format"].map((key) => document.getElementById(`f-${key}`));
  const findings = [...document.querySelectorAll("#findings article")].map((article) => ({
    article,
    formats: article.dataset.formats.split(" "),
    text: null,
  }));
  const text = (finding) => (finding.text ??= finding.article.textContent.toLowerCase());
  const is = (control, value) => control.value === "" || control.value === value;

  const update = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const finding of findings) {
      const { article, formats } = finding;
      const fits =
        is(severity, article.dataset.severity) &&
        is(rule, article.dataset.rule) &&
        (format.value === "" || formats.includes(format.value)) &&
        words.every((word) => text(finding).includes(word));
      article.hidden = !fits;
      if (fits) count += 1;
    }
    shown.value = `${count} of ${findings.length} findings`;
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
