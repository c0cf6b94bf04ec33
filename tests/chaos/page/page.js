// Without this script the page shows everything. The script adds the filter, the zoom, the keys and the quick labels.
const chart = document.querySelector('.chart');
const frame = document.querySelector('.frame');
const tip = document.getElementById('tip');
const marksOf = (row) => [...row.querySelectorAll('.mark')];
const rowOf = (element) => element.closest('.lives > li');

// ---- A mark shows its text while the pointer or the focus is on it.

/** Takes the text out of `<title>`, so that the browser shows no second label. */
function textOf(mark) {
  const title = mark.querySelector('title');
  if (title !== null) {
    mark.setAttribute('aria-label', title.textContent);
    title.remove();
  }
  return mark.getAttribute('aria-label');
}

function showTip(mark) {
  tip.textContent = textOf(mark);
  tip.hidden = false;
  const box = mark.getBoundingClientRect();
  const left = Math.min(box.left, innerWidth - tip.offsetWidth - 8);
  const isBelow = box.bottom + tip.offsetHeight + 12 < innerHeight;
  tip.style.left = `${Math.max(8, left)}px`;
  tip.style.top = `${isBelow ? box.bottom + 6 : box.top - tip.offsetHeight - 6}px`;
}

function hideTip() {
  tip.hidden = true;
}

for (const [shows, hides] of [
  ['pointerover', 'pointerout'],
  ['focusin', 'focusout'],
]) {
  chart.addEventListener(shows, ({ target }) => {
    const mark = target.closest('.mark');
    if (mark !== null) showTip(mark);
  });
  chart.addEventListener(hides, hideTip);
}
frame.addEventListener('scroll', () => {
  const mark = document.activeElement?.closest('.mark');
  if (mark) showTip(mark);
  else hideTip();
});

// ---- A history opens at the entry of its mark.

function openAt(row, index) {
  row.querySelector('details').open = true;
  for (const here of document.querySelectorAll('.here')) here.classList.remove('here');
  const entry = row.querySelectorAll('.history ol > li')[index];
  entry?.classList.add('here');
  entry?.scrollIntoView({ block: 'nearest', inline: 'start' });
}

chart.addEventListener('click', ({ target }) => {
  const mark = target.closest('.mark');
  if (mark !== null) openAt(rowOf(mark), marksOf(rowOf(mark)).indexOf(mark));
  else if (target.closest('.track') !== null) {
    const details = rowOf(target).querySelector('details');
    details.open = !details.open;
  }
});

function openLinked() {
  const row = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const details = row?.querySelector('details');
  if (!details) return;
  row.hidden = false;
  details.open = true;
  details.querySelector('summary').focus({ preventScroll: true });
}
addEventListener('hashchange', openLinked);
openLinked();

// ---- Keys: left and right go from mark to mark, and Escape goes back to the name.

const STEPS = {
  ArrowRight: (at) => at + 1,
  ArrowLeft: (at) => at - 1,
  Home: () => 0,
  End: (_, last) => last,
};

chart.addEventListener('keydown', (event) => {
  const { target, key } = event;
  const row = rowOf(target);
  if (row === null || !target.matches('.mark, .lives > li > details > summary')) return;
  const marks = marksOf(row);
  const at = marks.indexOf(target);
  if (key in STEPS) marks[Math.max(0, Math.min(marks.length - 1, STEPS[key](at, marks.length - 1)))]?.focus();
  else if (at >= 0 && key === 'Escape') row.querySelector('summary').focus();
  else if (at >= 0 && (key === 'Enter' || key === ' ')) openAt(row, at);
  else return;
  event.preventDefault();
});

// ---- Zoom. The time in the middle of the window stays there.

for (const button of document.querySelectorAll('[data-zoom][aria-pressed]')) {
  button.addEventListener('click', () => {
    const track = chart.querySelector('.grid');
    const middle = () => track.getBoundingClientRect();
    const centre = frame.getBoundingClientRect().left + frame.clientWidth / 2;
    const share = (centre - middle().left) / middle().width;
    chart.dataset.zoom = button.dataset.zoom;
    for (const other of button.parentElement.children)
      other.setAttribute('aria-pressed', other === button ? 'true' : 'false');
    frame.scrollLeft += middle().left + middle().width * share - centre;
  });
}

// ---- The filter.

const filter = document.getElementById('filter');
const words = document.getElementById('words');
const onlyWrong = document.getElementById('only-wrong');
const rows = [...document.querySelectorAll('.life')].map((row) => ({
  row,
  text: row.querySelector('details').textContent.toLowerCase(),
  isBad: row.classList.contains('bad'),
}));

function refilter() {
  const wanted = words.value.toLowerCase().split(/\s+/);
  let shown = 0;
  for (const { row, text, isBad } of rows) {
    row.hidden = !(wanted.every((word) => text.includes(word)) && (isBad || !onlyWrong?.checked));
    if (!row.hidden) shown++;
  }
  document.getElementById('shown').textContent = `${shown} of ${rows.length} ${rows.length === 1 ? 'life' : 'lives'}`;
}
filter.hidden = false;
filter.addEventListener('input', refilter);
refilter();

// ---- The command.

const copy = document.getElementById('copy');
copy.hidden = navigator.clipboard === undefined;
copy.addEventListener('click', async () => {
  await navigator.clipboard.writeText(document.getElementById('command').textContent);
  copy.textContent = 'Copied';
  setTimeout(() => {
    copy.textContent = 'Copy';
  }, 2000);
});
