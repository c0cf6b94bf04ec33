import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { formatUsd } from '../../domain/cost/money.ts';
import { monthChart, stopOf } from '../../infrastructure/month/chart.ts';
import { type MonthStory, tellMonth } from '../../infrastructure/month/story.ts';
import { ROOT } from '../support/events.ts';

const timeOf = (at: Date) => at.toISOString().slice(11, 16);
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

describe('the chart of a month', () => {
  let story: MonthStory;
  beforeAll(async () => {
    story = await tellMonth();
  });

  it('is current: docs/month.svg (npm run generate)', () => {
    expect(read('docs/month.svg')).toBe(monthChart(story));
  });

  it('shows jobs that are stopped one by one, the newest first', () => {
    expect(story.jobs.map(stopOf)).toEqual(['A stopped at 15:09', 'B stopped at 13:46', 'C stopped at 13:01']);
  });

  it('has the times and amounts that docs/budgets.md tells', () => {
    const [, told = ''] = read('docs/budgets.md').split('\n## A month runs out: an example\n');
    const starts = story.jobs.map(({ startedAt }) => timeOf(startedAt)).join(', ');
    expect(told).toContain(`\n| ${starts} | Job A starts at $4 an hour, job B at $8 an hour, job C at $20 an hour |\n`);
    const spent = new Map(story.moments.map(({ at, spent }) => [timeOf(at), formatUsd(spent)]));
    expect(told).toContain(`\n| 11:50, 12:53 | ${spent.get('11:50')} and ${spent.get('12:53')} are spent`);
    for (const time of ['13:01', '13:46', '14:40', '15:09'])
      expect(told).toContain(`\n| ${time} | ${spent.get(time)} is`);
    expect(told).toContain(`the month costs ${spent.get('15:11')} |\n`);
  });

  it('has a background, a title and a description', () => {
    const chart = monthChart(story);
    expect(chart).toContain('aria-labelledby="title desc"');
    expect(chart).toMatch(/<title id="title">.+<\/title>\n<desc id="desc">.+<\/desc>\n<rect [^>]*fill="#ffffff"\/>/);
  });
});
