/**
 * Serverless Framework plugin with which `serverless invoke local --stage local` needs no AWS account.
 *
 * The function calls an embedded AWS in the same process. After the function's result, the plugin prints the e-mail and
 * SMS of each alert, and what the function put into the quarantine queue.
 */
import { readOrRefuse } from '../../infrastructure/serverless-plugin.ts';
import { type LocalAws, startLocalAws } from '../embedded-aws/start.ts';
import { emptyQueues } from './queues.ts';

interface Environment {
  environment?: Record<string, unknown>;
}

interface Serverless {
  readonly serviceDir: string;
  readonly service: {
    readonly provider: Environment & { readonly stage: string };
    readonly functions: Readonly<Record<string, Environment>>;
  };
  readonly processedInput: { readonly commands: readonly string[] };
  readonly classes: { readonly Error: new (message: string, code: string) => Error };
}

export default class LocalAwsPlugin {
  readonly hooks: Readonly<Record<string, () => Promise<void>>>;
  #aws: LocalAws | undefined;

  constructor(serverless: Serverless) {
    this.hooks = {
      // Not a hook of "invoke local": the framework has read the environment before it calls those.
      initialize: () => this.#start(serverless),
      'after:invoke:local:invoke': () => this.#report(),
    };
  }

  async #start({ service, serviceDir, processedInput, classes }: Serverless): Promise<void> {
    if (service.provider.stage !== 'local' || processedInput.commands.join(' ') !== 'invoke local') return;
    this.#aws = await startLocalAws(readOrRefuse(serviceDir, classes));
    // The values in serverless.yml name resources that do not exist. The embedded AWS has set its own in process.env.
    for (const one of [service.provider, ...Object.values(service.functions)]) {
      for (const name of Object.keys(one.environment ?? {})) {
        one.environment = { ...one.environment, [name]: process.env[name] ?? one.environment?.[name] };
      }
    }
  }

  async #report(): Promise<void> {
    if (this.#aws === undefined) return;
    for (const { by, ...decided } of await emptyQueues(this.#aws)) {
      process.stderr.write(`\nThe ${by} function, which it was handed over to: ${JSON.stringify(decided, null, 2)}\n`);
    }
    const { publications, messages, stop } = this.#aws;
    for (const { subject, bodies } of publications) {
      process.stderr.write(`\nSubject: ${subject}\n\n${bodies.get('email')}\nSMS: ${bodies.get('sms')}\n`);
    }
    for (const { body } of messages) process.stderr.write(`\nTo the quarantine queue: ${body.slice(0, 300)}\n`);
    await stop();
  }
}
