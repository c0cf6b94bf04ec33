import { beforeEach, describe, expect, it } from 'vitest';
import { Configuration } from '../../../schemas/configuration/file.ts';
import { useLocalAws } from '../../support/local-aws.ts';
import { keyOf, logTasks, runReport, TASKS } from '../../support/team-log.ts';
import { POOL, userOf } from '../../support/user-pools.ts';

const aws = useLocalAws(Configuration.parse({ teams: { report: 'weekly', names: [POOL, 'eu-west-1_Other'] } }));
beforeEach(async () => {
  aws().logs.clear();
  aws().s3.objects.clear();
  aws().userPools.clear();
  await aws().emptyTable();
  logTasks(aws());
});

const mail = () => aws().publications.map(({ bodies }) => [...bodies.values()].join('\n'));
const stored = () => [...aws().s3.objects.values()].join('\n');
const pseudonyms = () => new Set((stored().match(/(?<=^worker,vision,,)\w+/gm) ?? []).sort());
const users = () =>
  [...new Set(TASKS.map(({ worker }) => worker))].map((worker) => userOf(worker, { name: `Person ${worker}` }));

describe('the scheduled report with teams.names', () => {
  it('shows the names of those whose figures it shows, on the page and never in the mail', async () => {
    aws().userPools.set(POOL, users());
    await runReport();
    const page = aws().s3.objects.get(keyOf('report.html')) ?? '';
    expect(new Set(page.match(/Person \d+/g)).size).toBe(6);
    expect(page).toContain('Names are from Amazon Cognito.');
    expect(mail().join()).not.toContain('Person');
    expect(aws().calls.filter(({ operation }) => operation === 'ListUsers')).toHaveLength(1);
  });

  it('has other pseudonyms than reports without names, so that its names identify nobody in those', async () => {
    await runReport();
    const before = pseudonyms();
    aws().s3.objects.clear();
    aws().userPools.set(POOL, users());
    await runReport();
    const named = pseudonyms();
    expect([before.size, named.size, [...named].filter((one) => before.has(one)).length]).toEqual([6, 6, 0]);
  });

  it('has the names of the pools that answer, and says which pool does not', async () => {
    aws().userPools.set('eu-west-1_Other', users());
    await runReport();
    const warning = `Names of workers could not be looked up: there is no user pool ${POOL} in this account.`;
    expect(stored()).toContain('Person 1');
    expect(stored()).toContain(warning);
    expect(mail().join().replace(/\s+/g, ' ')).toContain(warning);
  });

  it('has pseudonyms, and says why, when the pool does not exist', async () => {
    expect(await runReport()).toMatchObject({ teams: 2, isTold: true });
    expect(stored()).not.toContain('Person');
    expect(stored()).not.toContain('Names are from Amazon Cognito');
    expect(mail().join().replace(/\s+/g, ' ')).toContain(
      `Names of workers could not be looked up: there is no user pool ${POOL} in this account.`,
    );
  });
});
