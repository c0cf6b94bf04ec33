/**
 * Serves the console of a stage as `npm run console` does, prints its address, and ends with its standard input. The stage
 * is an embedded AWS to which every sample event has come.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reviewsIn } from '../../adapters/dynamodb/reviews.ts';
import { readConfigurationFile } from '../../infrastructure/configuration-file.ts';
import { serveStage } from '../../local/console/stage/serve.ts';
import { startLocalAws } from '../../local/embedded-aws/start.ts';
import { besideOf } from '../../local/play/beside.ts';
import { readEvents } from '../../local/play/input.ts';
import { playerOf } from '../../local/play/play.ts';
import { stageIn } from '../../local/stage/stage.ts';
import { eventFiles, ROOT } from '../support/events.ts';
import { counters, SAMPLE } from '../support/labeling-jobs.ts';

const SETTINGS = `
subscribers:
  - email: maria@example.com
  - email: oncall@example.com
    severities: [critical, error]
    families: [training-job, endpoint]
  - phone: "+15555550100"
    teams: [vision]
    quiet: { from: "22:00", to: "07:00" }
review:
  flows:
    photo-moderation: { output: s3://amzn-s3-demo-reviews/photos/, level: 95 }
budgets:
  caps: { training-job: 50 }
  monthly: { project: { churn: 100 } }
`;

/** A job whose name would run a script, were it not escaped. */
const HOSTILE = '<img src=x onerror=alert(1)>';
const DAY = 86_400_000;

const envelope = (detailType: string, arn: string) => ({
  version: '0',
  id: arn,
  'detail-type': detailType,
  source: 'aws.sagemaker',
  account: '123456789012',
  time: new Date().toISOString(),
  region: 'us-east-1',
  resources: [arn],
});

function failedJob(name: string): object {
  const arn = `arn:aws:sagemaker:us-east-1:123456789012:training-job/${name}`;
  const [CreationTime, LastModifiedTime] = [Date.now() - 3_600_000, Date.now()];
  return {
    ...envelope('SageMaker Training Job State Change', arn),
    detail: {
      TrainingJobName: name,
      TrainingJobArn: arn,
      TrainingJobStatus: 'Failed',
      SecondaryStatus: 'Failed',
      FailureReason: `AlgorithmError: ${name}`,
      ...{ CreationTime, LastModifiedTime },
      Tags: { team: name },
    },
  };
}

/** A labeling job that is a third done after twelve days. It continues one that expired. */
function labelingJob(): object {
  const first = 'species-2026-11';
  const name = `${first}-chain-1`;
  const tags = { 'ground-control:chain-link': '1', 'ground-control:chained-from': first };
  const createdAt = new Date(Date.now() - 12 * DAY);
  // The simulation gives these itself.
  const own = ['LabelingJobName', 'LabelingJobArn', 'LabelingJobStatus', 'CreationTime', 'LastModifiedTime', 'Tags'];
  const detail = Object.fromEntries(Object.entries(SAMPLE).filter(([name]) => !own.includes(name)));
  const of = { type: 'labeling-job', modifiedAt: new Date() } as const;
  aws.sageMaker.put({
    ...{ ...of, name: first, arn: labelingArn(first), status: 'Failed', tags: { team: 'vision' } },
    createdAt: new Date(createdAt.getTime() - 30 * DAY),
    detail: { ...detail, ...counters(1500, 4752) },
  });
  aws.sageMaker.put({
    ...{ ...of, name, arn: labelingArn(name), status: 'InProgress', tags: { ...tags, team: 'vision' } },
    createdAt,
    detail: { ...detail, ...counters(2000, 4252) },
  });
  return {
    ...envelope('SageMaker Ground Truth Labeling Job State Change', labelingArn(name)),
    detail: { LabelingJobStatus: 'InProgress', CreationTime: createdAt.toISOString() },
  };
}

const labelingArn = (name: string) => `arn:aws:sagemaker:us-east-1:123456789012:labeling-job/${name}`;

const folder = process.argv[2] ?? '';
const file = join(folder, 'ground-control.yml');
writeFileSync(file, SETTINGS);
Object.assign(process.env, { POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_METRICS_DISABLED: 'true' });
const aws = await startLocalAws(readConfigurationFile(file));
const play = playerOf(aws, 'history');
for (const path of eventFiles('events/**/*.json')) {
  const full = join(ROOT, path);
  for (const { event } of readEvents([full]).sources) await play(event, besideOf(full)).catch(() => undefined);
}
for (const event of [failedJob(HOSTILE), labelingJob()]) await play(event);
const reviews = reviewsIn('ground-control-local-state', 30);
for (let loop = 0; loop < 40; loop++) {
  const outcome = loop % 4 === 0 ? 'rejected' : 'confirmed';
  const field = {
    field: 'Violence',
    outcome,
    answers: 1,
    agreeing: outcome === 'confirmed' ? 1 : 0,
    values: [],
  } as const;
  const comparison = { flow: 'photo-moderation', reason: 'sampling', fields: [field], skipped: 0 } as const;
  await reviews.count(`loop-${loop}`, new Date().toISOString().slice(0, 10), comparison);
}
const stage = stageIn('local', 'us-east-1', file);
const { address, stop } = await serveStage(stage, 0);
process.stdout.write(`${address}\n`);
const end = async () => {
  await stop();
  await aws.stop();
  process.stdin.destroy();
};
process.stdin.once('end', () => void end()).resume();
