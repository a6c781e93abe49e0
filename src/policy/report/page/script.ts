/**
 * The page's whole script. It copies and hides what is there and makes no HTML of text, so nothing that a
 * schema says can become markup.
 */
export const SCRIPT = `
'use strict';
const byId = (id) => document.getElementById(id);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

for (const row of all('li[data-opens] > .row')) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'opener';
  button.setAttribute('aria-expanded', 'false');
  button.setAttribute('aria-label', 'Fields of ' + row.parentElement.dataset.opens);
  row.prepend(button);
}

function toggle(button) {
  const item = button.closest('li');
  const open = button.getAttribute('aria-expanded') === 'true';
  button.setAttribute('aria-expanded', String(!open));
  if (open) return item.querySelector(':scope > ul.below').remove();
  const below = byId(item.dataset.opens).querySelector(':scope > ul').cloneNode(true);
  below.className = 'below';
  for (const each of all('ul.below', below)) each.remove();
  for (const each of all('[id]', below)) each.removeAttribute('id');
  for (const each of all('[hidden]', below)) each.hidden = false;
  for (const each of all('.opener', below)) each.setAttribute('aria-expanded', 'false');
  item.append(below);
}
document.addEventListener('click', (event) => {
  const button = event.target.closest('button.opener');
  if (button) toggle(button);
});

const items = all('details.type > ul > li').map((item) => ({
  item,
  text: [item.querySelector('.row'), item.querySelector('.description')]
    .map((each) => (each ? each.textContent.toLowerCase() : ''))
    .join(' '),
}));
const types = all('details.type');
const wasOpen = new Map(types.map((type) => [type, type.open]));
const search = byId('search-box');
const shown = all('input[name=freshness]');
let searching = false;
function filter() {
  const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
  const kinds = new Set(shown.filter((box) => box.checked).map((box) => box.value));
  const narrowed = words.length > 0 || kinds.size < shown.length;
  let count = 0;
  for (const { item, text } of items) {
    const hit = words.every((word) => text.includes(word)) && kinds.has(item.classList[0]);
    item.hidden = !hit;
    if (hit && item.id) count += 1;
  }
  if (narrowed && !searching) for (const type of types) wasOpen.set(type, type.open);
  for (const type of types) {
    const empty = !type.querySelector(':scope > ul > li:not([hidden])');
    type.hidden = narrowed && empty;
    type.open = narrowed ? !empty : wasOpen.get(type);
  }
  searching = narrowed;
  byId('search-count').textContent = narrowed ? count + (count === 1 ? ' field' : ' fields') : '';
}
search.addEventListener('input', filter);
for (const box of shown) box.addEventListener('change', filter);

function reveal() {
  const target = byId(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  if (target.hidden || target.closest('[hidden]')) {
    search.value = '';
    for (const box of shown) box.checked = true;
    filter();
  }
  const type = target.closest('details');
  if (type) type.open = true;
  target.scrollIntoView();
}
window.addEventListener('hashchange', reveal);
document.documentElement.classList.add('scripted');
reveal();
`;
