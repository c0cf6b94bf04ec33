import { describe, expect, it } from 'vitest';
import { decideOnLabeling } from '../../../domain/labeling/decide.ts';
import { NO_TASKS } from '../../../domain/labeling/tasks.ts';
import { chainWith } from '../../../handlers/labeling/services.ts';
import { Configuration } from '../../../schemas/configuration/file.ts';
import { LabelingJobStateChange } from '../../../schemas/event/labeling-job.ts';
import { ENFORCED, jobOf, progressOf, ROLE } from '../../support/labeling-jobs.ts';

const configured = (labeling: object) => Configuration.parse({ labeling: { ...ENFORCED, mostUsd: 100, ...labeling } });

/** The decision to continue the expired sample, with settings that allow it. */
function decidedToChain() {
  const job = jobOf();
  const change = LabelingJobStateChange.parse({
    'detail-type': 'SageMaker Ground Truth Labeling Job State Change',
    resources: [job.LabelingJobArn],
    detail: { LabelingJobStatus: 'Failed' },
  });
  const { actions } = decideOnLabeling(change, undefined, configured({}), {
    labeling: {
      kind: 'ended',
      job,
      end: 'expired',
      now: job.LastModifiedTime,
      progress: progressOf(),
      tasks: NO_TASKS,
      successor: undefined,
    },
  });
  const action = actions.find(({ kind }) => kind === 'chain-labeling-job');
  if (action?.kind !== 'chain-labeling-job') throw new Error('the job is not continued');
  return action;
}

/** Carries out the decision with other settings. Gives what was done. */
async function carriedOut(labeling: object): Promise<string[]> {
  const done: string[] = [];
  const jobs = {
    create: async ({ RoleArn }: { readonly RoleArn: string }) => {
      done.push(`created with ${RoleArn}`);
      return 'created' as const;
    },
  };
  const nothing = async () => undefined;
  const effects = {
    once: async (_: string, act: () => Promise<string>) => ({ at: '2026-11-20T00:00:00Z', result: await act() }),
    notify: nothing,
    record: nothing,
    settle: nothing,
    giveBack: nothing,
    notePart: nothing,
    linkJob: nothing,
    releaseParts: async () => [],
    relay: async () => [],
  };
  await chainWith(jobs, configured(labeling))(decidedToChain(), effects).catch((error: Error) => {
    done.push(error.message);
  });
  return done;
}

const REFUSED = ['identify-species-chain-1 may not be created: see labeling.mode and labeling.roles'];

describe('a decision to continue a labeling job', () => {
  it('is carried out with the role of the job', async () => {
    expect(await carriedOut({})).toEqual([`created with ${ROLE}`]);
  });

  it.each<[string, object]>([
    ['the mode is observe', { mode: 'observe' }],
    ['the mode is off', { mode: 'off' }],
    ['its role is not listed', { roles: ['arn:aws:iam::111122223333:role/other'] }],
  ])('is refused before it is carried out when %s', async (_, labeling) => {
    expect(await carriedOut(labeling)).toEqual(REFUSED);
  });
});
