import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reportNotice } from '../../../domain/teams/render/notice.ts';
import { reportOf } from '../../support/team-report.ts';
import { entryOf, FROM, HOUR, subOf, tasksOf } from '../../support/team-world.ts';

const AT = {
  partition: 'aws',
  region: 'eu-west-1',
  account: '111122223333',
  stage: 'prod',
  bucket: 'amzn-s3-demo-reports',
};
const NOW = new Date('2026-11-16T07:00:00Z');
const noticeOf = (tasks: readonly Parameters<typeof entryOf>[0][], at = AT, warnings: string[] = []) =>
  reportNotice(reportOf(tasks.map(entryOf)), warnings, at, NOW, { chat: true, timeZone: 'UTC' });
const FIVE = [0, 1, 2, 3, 4];
const factsOf = (tasks: readonly Parameters<typeof entryOf>[0][]) => noticeOf(tasks).notice.message.details;

const aWeekBefore = <T extends { readonly at: number }>(task: T): T => ({ ...task, at: task.at - 7 * 24 * HOUR });

describe('the notice about a report on teams', () => {
  it('has for each team its tasks, median wall time, changes and declined tasks', () => {
    const tasks = FIVE.flatMap((worker) => tasksOf(worker, 4, [30]));
    const before = FIVE.flatMap((worker) => tasksOf(worker, 2, [40])).map(aWeekBefore);
    const declined = FIVE.map((worker) => ({ worker, at: FROM + worker * 1000, type: 'TasksDeclined' }));
    expect(factsOf([...tasks, ...before, ...declined])).toEqual([
      {
        label: 'Labeling team',
        value: expect.stringMatching(
          /^vision: 20 tasks \(\+100 %\), median wall time 30 s \(-25 %\), declined 5 \(20 %\)$/,
        ),
      },
    ]);
  });

  it.each([
    [4, 'vision: 8 tasks; no times, because fewer than 5 workers submitted tasks'],
    [5, 'vision: 10 tasks, median wall time 30 s'],
  ])('of a team of %i workers says what so few may be asked', (size, value) => {
    const tasks = Array.from({ length: size }, (_, worker) => tasksOf(worker, 2, [30])).flat();
    expect(factsOf(tasks)).toEqual([{ label: 'Labeling team', value }]);
  });

  it.each([
    [6, 1, 'vision: 12 tasks, median wall time 30 s'],
    [6, 4, 'vision: 12 tasks, median wall time 30 s'],
    [1, 6, 'vision: 2 tasks; no times, because fewer than 5 workers submitted tasks'],
  ])('of %i workers has no change since a week in which %i worked', (now, before, value) => {
    const of = (size: number, wall: number) =>
      Array.from({ length: size }, (_, worker) => tasksOf(worker, 2, [wall])).flat();
    expect(factsOf([...of(now, 30), ...of(before, 40).map(aWeekBefore)])).toEqual([{ label: 'Labeling team', value }]);
  });

  it('names thirty teams, and counts the others', () => {
    const tasks = Array.from({ length: 33 }, (_, nth) => ({ worker: 0, team: `team${nth}`, at: FROM }));
    const facts = factsOf(tasks);
    expect([facts.length, facts.at(-1)]).toEqual([31, { label: 'And', value: '3 more teams, in the page' }]);
  });

  it('says that there was no work, and which data is missing', () => {
    const { message } = noticeOf([], AT, ['There is no log.']).notice;
    expect(message.headline).toBe('From 2026-11-09 to 2026-11-15, 0 labeling teams submitted 0 tasks.');
    expect(message.cause?.text).toBe('No log entry was read, so nothing is known of these days. There is no log.');
  });

  it.each([
    ['aws', 'eu-west-1', 'https://eu-west-1.console.aws.amazon.com/'],
    ['aws-cn', 'cn-north-1', 'https://cn-north-1.console.amazonaws.cn/'],
    ['aws-us-gov', 'us-gov-west-1', 'https://us-gov-west-1.console.amazonaws-us-gov.com/'],
    ['aws-new', 'new-1', undefined],
  ])('links to the S3 console of the partition %s', (partition, region, start) => {
    const link = noticeOf([], { ...AT, partition, region }).notice.message.links.console;
    const path = `s3/object/amzn-s3-demo-reports?region=${region}&prefix=team-reports/2026-11-09_2026-11-15/report.html`;
    expect(link).toBe(start === undefined ? null : start + path);
  });

  it('is the same in every run, so people get it once', () => {
    expect(noticeOf([]).key).toBe('notify|team-report|2026-11-09_2026-11-15');
    expect(noticeOf([{ worker: 0, at: FROM }]).key).toBe(noticeOf([]).key);
  });

  it('has no worker and nothing unprintable in any form, whatever teams and jobs are called', () => {
    const name = fc.string({ unit: 'binary', maxLength: 80 });
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 8 }), (teams) => {
        const tasks = teams.flatMap((team) =>
          FIVE.flatMap((worker) => tasksOf(worker, 2, [20 + worker], { team, job: team })),
        );
        const { notice } = noticeOf(tasks);
        const forms = [
          notice.subject,
          notice.email,
          notice.sms,
          JSON.stringify(notice.chat),
          JSON.stringify(notice.message),
        ];
        expect(notice.email).toMatch(/^(?:\P{C}|\n)*$/u);
        expect(notice.subject.length).toBeLessThan(100);
        for (const worker of FIVE) expect(forms.join('\n')).not.toContain(subOf(worker));
      }),
      { seed: 15, numRuns: 100 },
    );
  });
});
