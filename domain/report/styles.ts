/** The styles that all pages share. They are text, since a packaged function has no other file to read. */
export const SHARED_STYLES = `:root {
  color-scheme: light dark;
  --ground: #ffffff;
  --raised: #f6f7f9;
  --ink: #1c2128;
  --quiet: #56606c;
  --edge: #cfd5dc;
  --mark: #0b5cad;
  --on-mark: #ffffff;
  --alert: #a8480a;
}

@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14171c;
    --raised: #1c2027;
    --ink: #e3e7ec;
    --quiet: #a3adba;
    --edge: #3a424d;
    --mark: #74b4f5;
    --on-mark: #14171c;
    --alert: #ffab57;
  }
}

* {
  box-sizing: border-box;
}

body {
  max-width: 64rem;
  margin: 0 auto;
  padding: 1.5rem 1.25rem 3rem;
  background: var(--ground);
  color: var(--ink);
  font:
    15px / 1.5 system-ui,
    sans-serif;
}

h1,
h2,
h3 {
  line-height: 1.25;
}

h1 {
  margin: 0 0 0.5rem;
  font-size: 1.6rem;
}

h2 {
  margin: 2.5rem 0 0.75rem;
  padding-top: 1rem;
  border-top: 2px solid var(--edge);
  font-size: 1.25rem;
  overflow-wrap: anywhere;
}

h3 {
  margin: 1.5rem 0 0.5rem;
  font-size: 1.05rem;
}

.scroll {
  overflow-x: auto;
}

.scroll:focus-visible {
  outline: 2px solid var(--mark);
}

table {
  width: 100%;
  border-collapse: collapse;
  font-variant-numeric: tabular-nums;
}

caption {
  padding: 0.5rem 0;
  color: var(--quiet);
  text-align: left;
}

th,
td {
  padding: 0.3rem 0.5rem;
  border-bottom: 1px solid var(--edge);
  text-align: right;
  white-space: nowrap;
}

thead th {
  background: var(--raised);
  font-weight: 600;
}

tbody th,
thead th:first-child {
  text-align: left;
}

thead th {
  vertical-align: bottom;
  white-space: normal;
}

tbody th {
  min-width: 6rem;
  max-width: 16rem;
  font-weight: 400;
  overflow-wrap: break-word;
  white-space: normal;
}

svg {
  display: block;
  width: 100%;
  height: auto;
  font:
    12px system-ui,
    sans-serif;
}

svg text {
  fill: var(--ink);
}

svg .grid {
  stroke: var(--edge);
}

@media print {
  :root {
    --ground: #ffffff;
    --raised: #ffffff;
    --ink: #000000;
    --quiet: #333333;
    --edge: #999999;
    --mark: #0b5cad;
    --on-mark: #ffffff;
    --alert: #a8480a;
  }

  body {
    max-width: none;
    padding: 0;
    print-color-adjust: exact;
  }

  .scroll {
    overflow: visible;
  }

  figure,
  svg,
  tr {
    break-inside: avoid;
  }

  h2,
  h3,
  caption {
    break-after: avoid;
  }
}
`;
