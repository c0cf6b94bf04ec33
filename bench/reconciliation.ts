/**
 * `npm run bench:reconciliation [-- --jobs 100000 --unknown 500]`: measures the reconciliation of a large account.
 *
 * The account has `jobs` jobs, all modified just now; the table knows all but `unknown` of them. The function runs in a
 * process of its own. Prints each run and the totals.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { reconciliationTableIn } from '../adapters/dynamodb/reconciliation-table.ts';
import { startLocalAws } from '../local/embedded-aws/start.ts';
import { Configuration } from '../schemas/configuration/file.ts';

const { values } = parseArgs({
  options: { jobs: { type: 'string', default: '100000' }, unknown: { type: 'string', default: '500' } },
});
const jobs = Number(values.jobs);
const unknown = Number(values.unknown);
const ARN = 'arn:aws:sagemaker:eu-west-1:123456789012:training-job';

const aws = await startLocalAws(Configuration.parse({}));
try {
  Object.assign(process.env, { POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_METRICS_DISABLED: 'true' });
  const TableName = process.env['STATE_TABLE'] ?? '';
  const client = new DynamoDBClient({});
  const createdAt = new Date(Date.now() - 3_600_000);
  const item = (name: string) =>
    marshall({
      pk: `resource#training-job|${ARN}/${name}`,
      sk: 'state',
      status: 'Completed',
      since: 0,
      generation: 0,
      version: 1,
    });
  let known: ReturnType<typeof item>[] = [];
  for (let at = 0; at < jobs; at++) {
    const name = `job-${at}`;
    aws.sageMaker.put({
      type: 'training-job',
      name,
      arn: `${ARN}/${name}`,
      status: 'Completed',
      secondaryStatus: 'Completed',
      createdAt,
      modifiedAt: new Date(),
    });
    if (at % Math.ceil(jobs / Math.max(1, unknown)) !== 0) known.push(item(name));
    if (known.length === 25 || at === jobs - 1) {
      const RequestItems = { [TableName]: known.map((Item) => ({ PutRequest: { Item } })) };
      if (known.length > 0) await client.send(new BatchWriteItemCommand({ RequestItems }));
      known = [];
    }
  }
  await reconciliationTableIn(TableName).setCursor({
    since: 0,
    started: Date.now(),
    list: 0,
    nextToken: undefined,
    pending: [],
  });
  aws.clear();
  const child = spawn(process.execPath, [join(import.meta.dirname, 'reconciliation-child.ts')], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  await new Promise((resolve) => child.once('exit', resolve));
  const count = (service: string) => aws.calls.filter((call) => call.service === service).length;
  process.stdout.write(
    `${jobs} jobs, ${aws.publications.length} told; ${count('sagemaker')} calls to SageMaker, ${count('dynamodb')} to DynamoDB\n`,
  );
} finally {
  await aws.stop();
}
