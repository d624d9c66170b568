"use strict";

// "Cao Bằng", "cao bang" and "CAO BANG" are found alike.
const plain = (text) =>
  text.toLowerCase().replaceAll("đ", "d").normalize("NFD").replace(/[\u0300-\u036f]/g, "")
    .replace(/[^a-z0-9]+/g, " ").trim();

const form = document.getElementById("search");
const field = document.getElementById("find");
const said = document.getElementById("found");

const search = () => {
  const words = plain(field.value).split(" ").filter(Boolean);
  const keys = new Set();
  let count = 0;
  for (const row of document.querySelectorAll("tbody tr")) {
    row.hidden = !words.every((word) => row.dataset.find.includes(word));
    if (!row.hidden) {
      keys.add(row.id);
      count += 1;
    }
  }
  for (const section of document.querySelectorAll("section")) {
    const year = section.querySelector("h2").id.slice(1);
    for (const tile of section.querySelectorAll(".tiles li")) {
      tile.style.opacity = keys.has(`p${year}-${tile.dataset.key}`) ? "" : "0.35";
    }
  }
  said.textContent = words.length ? `${count} ${said.dataset.words}` : "";
};

const sort = (head) => {
  const down = head.getAttribute("aria-sort") === "ascending";
  const body = head.closest("table").tBodies[0];
  const by = head.dataset.by;
  for (const other of head.parentElement.children) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  const order = (a, b) =>
    by === "region"
      ? a.dataset.region.localeCompare(b.dataset.region, document.documentElement.lang)
      : Number(a.dataset[by]) - Number(b.dataset[by]);
  const rows = [...body.rows].sort(
    (a, b) => (down ? order(b, a) : order(a, b)) || a.dataset.name - b.dataset.name,
  );
  body.append(...rows);
};

for (const head of document.querySelectorAll("thead th")) {
  const button = document.createElement("button");
  button.type = "button";
  button.title = `${SORT}: ${head.textContent}`;
  button.append(...head.childNodes);
  button.addEventListener("click", () => sort(head));
  head.append(button);
}
form.addEventListener("submit", (event) => event.preventDefault());
field.addEventListener("input", search);
form.hidden = false;
