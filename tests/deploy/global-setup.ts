/** Starts the emulator and deploys the service to it, once for all files of the deployment test. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { readTable } from '../../local/embedded-aws/dynamodb/table.ts';
import { startEmbeddedAws } from '../../local/embedded-aws/server.ts';
import { changeFunction, clientsOf } from './clients.ts';
import { type Deployment, serverless, TOPIC } from './deployment.ts';
import { startEmulator } from './emulator.ts';
import { answeredFor, recordFunctions, recordingEnvironment } from './recording.ts';
import { makeRelayTargets } from './relay-targets.ts';

type Undo = (step: () => unknown) => void;

/** Vitest calls the result after the last test. A set-up that fails leaves nothing behind either. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const steps: (() => unknown)[] = [];
  const tearDown = async (cause: unknown[] = []) => {
    const results = await Promise.allSettled(steps.splice(0).map(async (step) => step()));
    const errors = [...cause, ...results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))];
    if (errors.length > 1) throw new AggregateError(errors, errors.map(String).join('\n'));
    if (errors.length > 0) throw errors[0];
  };
  try {
    project.provide('deployment', await deploy((step) => steps.push(step)));
  } catch (error) {
    await tearDown([error]);
  }
  return () => tearDown();
}

/** Hands to `undo`, as soon as something is there, the step that removes it. */
async function deploy(undo: Undo): Promise<Deployment> {
  const folder = mkdtempSync(join(tmpdir(), 'ground-control-test-'));
  undo(() => rmSync(folder, { recursive: true, force: true }));
  const { endpoint, stop } = await startEmulator();
  undo(stop);
  await makeRelayTargets(endpoint);
  const deployment = { endpoint, folder, environment: recordingEnvironment() };
  const { status, output } = serverless(deployment, 'deploy');
  if (status !== 0) throw new Error(`serverless deploy ended with exit code ${status}:\n${output}`);
  await recordFunctions(endpoint, undo);
  // The emulator has no SageMaker. Functions call one that has no jobs, unless a test file starts its own.
  const { lambda } = clientsOf(endpoint);
  for (const name of ['budget', 'labeling', 'diagnosis']) {
    const resources = { topicArn: TOPIC, queuePaths: [], table: readTable('none'), ...answeredFor(name) };
    const withoutJobs = await startEmbeddedAws(resources);
    undo(withoutJobs.close);
    await changeFunction(lambda, name, { AWS_ENDPOINT_URL_SAGEMAKER: withoutJobs.endpoint });
  }
  return { ...deployment, said: output };
}
