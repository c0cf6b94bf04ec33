import { describe, expect, it } from 'vitest';
import { accountOf, type Mail, wrongsOf } from '../../../bench/load/mailbox.ts';

const JOBS = ['a', 'b', 'c'];
const alert = (job: string, at = 0): Mail => ({ at, to: ['me'], alerts: 1, about: { job } });
const window = (id: string, alerts: number): Mail => ({ at: 9000, to: ['me'], alerts, about: { window: id } });
const waited = new Map([['storm-1', ['b', 'c']]]);
const wrongs = (mails: Mail[], hasBreaker = true) =>
  wrongsOf(accountOf('me', mails, JOBS, waited), JOBS.length, hasBreaker);

describe('the account of a subscriber', () => {
  it('adds what was told at once and in windows', () => {
    const others = { ...alert('c'), to: ['you'] };
    expect(accountOf('me', [alert('a', 5), others, window('storm-1', 2)], JOBS, waited)).toEqual({
      messages: 2,
      mostInSecond: 1,
      first: 5,
      atOnce: 1,
      inWindows: 2,
      lost: 0,
      again: 0,
    });
  });

  it.each([
    ['nothing, when all is told once', [alert('a'), window('storm-1', 2)], []],
    ['what is lost', [alert('a'), alert('b')], ['1 alert lost', '2 of 3 alerts told']],
    [
      'what is told twice, also when the sum is right',
      [alert('b'), window('storm-1', 2)],
      ['1 alert lost', '1 alert told twice'],
    ],
    ['a wrong count', [alert('a'), window('storm-1', 1)], ['2 of 3 alerts told']],
  ])('shows %s', (_, mails, expected) => {
    expect(wrongs(mails)).toEqual(expected);
  });

  it('counts messages within any second, and allows ten', () => {
    const times = (...at: number[]) => at.map((one) => alert('a', one));
    const most = (...at: number[]) => accountOf('me', times(...at), JOBS, waited).mostInSecond;
    expect([most(), most(900, 1000, 1899), most(900, 1900), most(0, 999, 1000)]).toEqual([0, 3, 1, 2]);
    const eleven = times(...Array.from({ length: 11 }, (_, at) => at));
    const tooFast = '11 messages within a second';
    expect([wrongs(eleven).includes(tooFast), wrongs(eleven, false).includes(tooFast)]).toEqual([true, false]);
  });
});
