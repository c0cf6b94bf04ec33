import { beforeEach, describe, expect, it } from 'vitest';
import { auditIn } from '../../../adapters/dynamodb/audit.ts';
import { TABLE } from '../../support/capped-job.ts';
import { EXPIRED, failedLine, manifest, useLabelingFunction } from '../../support/labeling-function.ts';
import { labelingResults } from '../../support/labeling-results.ts';
import { useLocalAws } from '../../support/local-aws.ts';

const aws = useLocalAws();
const labeling = useLabelingFunction(aws);
const { alerts, codes } = labelingResults(aws);
const configure = (reasons: string) =>
  labeling.use((built) => {
    Object.assign(built.services.configuration, { reasons });
    return built;
  });
const audit = () => Array.fromAsync(auditIn(TABLE, 400).ofResource(EXPIRED.LabelingJobArn));

describe('with reasons: cause-only', () => {
  beforeEach(() => configure('cause-only'));

  it.each([{ mode: 'observe' }, { mode: 'enforce' }])(
    'neither alert nor audit has the failure reasons of objects: %o',
    async (policy) => {
      labeling.output(manifest(3, 1, [failedLine('said Zebra')]));
      await labeling.receive(policy);
      expect(alerts()).toHaveLength(1);
      expect(JSON.stringify([aws().publications.map(({ bodies }) => [...bodies]), await audit()])).not.toContain(
        'Zebra',
      );
    },
  );

  it('neither alert nor audit has the words with which SageMaker refused a job', async () => {
    aws().sageMaker.deletedRoles.add(EXPIRED.RoleArn);
    await labeling.receive();
    expect(codes()).toEqual(['labeling-refused']);
    expect(alerts()[0]?.cause?.text).toMatch(/SageMaker refused\.$/);
    expect(alerts()[0]?.cause?.nextStep).toMatch(/^Correct what CloudTrail shows for CreateLabelingJob\. Then /);
    expect((await audit()).map(({ action, result }) => [action, result])).toContainEqual([
      'chain-labeling-job',
      'refused',
    ]);
    expect(JSON.stringify(await audit())).not.toContain('ValidationException');
  });
});

describe('with reasons: quoted', () => {
  it('the alert and the audit have them', async () => {
    configure('quoted');
    labeling.output(manifest(3, 1, [failedLine('said Zebra')]));
    await labeling.receive({ mode: 'observe' });
    expect(JSON.stringify(alerts())).toContain('Zebra');
    expect(JSON.stringify(await audit())).toContain('Zebra');
  });
});
