/** The styles that only the page about teams has. */
export const STYLES = `dl {
  display: grid;
  grid-template-columns: max-content 1fr;
  gap: 0.2rem 1rem;
  margin: 0;
}

dt {
  color: var(--quiet);
}

dd {
  margin: 0;
}

.hours {
  margin-top: 0.75rem;
}

.quiet {
  color: var(--quiet);
}

svg {
  max-width: 45rem;
}

svg .tick {
  fill: var(--quiet);
}

svg .median,
svg .mark,
svg rect.active {
  fill: var(--mark);
}

svg .to-p90 {
  stroke: var(--mark);
  stroke-width: 2;
}

svg .p90 {
  stroke: var(--mark);
  stroke-width: 2;
}

svg .outlier {
  fill: var(--alert);
}

svg rect.hour:not(.active) {
  fill: none;
  stroke: var(--edge);
}

svg text.hour {
  fill: var(--quiet);
}

svg text.active {
  fill: var(--on-mark);
  font-weight: 600;
}
`;
