/** Part of `npm run generate`: writes the chart of `docs/budgets.md`. A test fails when it is out of date. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { monthChart } from './month/chart.ts';
import { tellMonth } from './month/story.ts';

writeFileSync(join(import.meta.dirname, '..', 'docs/month.svg'), monthChart(await tellMonth()));
