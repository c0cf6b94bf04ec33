/** DynamoDB transactions, made from calls of an engine that has none. */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { type Answer, AwsError, json } from './protocol.ts';

/** Answers a DynamoDB call. Refusals are answers, too. */
export type Engine = (operation: string, input: object) => Promise<Answer>;

/**
 * `TransactWriteItems` for `engine`, as DynamoDB documents it. The caller makes sure that no other call runs meanwhile:
 * an action takes effect at once, and loses it when the transaction is canceled. `ReturnConsumedCapacity` is ignored.
 */
export class Transactions {
  readonly #engine: Engine;
  readonly #clock: () => Date;
  /** Digests of requests that succeeded, by token, the oldest first. */
  readonly #done = new Map<string, { readonly request: string; readonly until: number }>();

  /** `clock` says when client request tokens expire. */
  constructor(engine: Engine, clock: () => Date) {
    this.#engine = engine;
    this.#clock = clock;
  }

  /** Writes all items or none. Refusals are answers; throws only `AwsError`. */
  async write(input: Readonly<Record<string, unknown>>): Promise<Answer> {
    const { TransactItems, ClientRequestToken: token } = readRequest(input);
    const actions = await this.#withKeys(TransactItems.map(readAction));
    if (new Set(actions.map(({ id }) => id)).size < actions.length)
      throw invalid('Transaction request cannot include multiple operations on one item');
    const request = createHash('sha256').update(JSON.stringify(TransactItems)).digest('hex');
    const now = this.#clock().getTime();
    for (const [known, { until }] of this.#done) if (until <= now) this.#done.delete(known);
    const before = token === undefined ? undefined : this.#done.get(token);
    if (before !== undefined && before.request !== request)
      throw new AwsError(
        'IdempotentParameterMismatchException',
        'The request uses the same client token as a previous, but non-identical request. Do not reuse a client token ' +
          'with different requests, unless the requests are identical',
      );
    if (before !== undefined) return json(200, {});
    const answer = await this.#writeAll(actions);
    if (answer.status === 200 && token !== undefined) this.#done.set(token, { request, until: now + TOKEN_LIFE });
    return answer;
  }

  /** Refuses tables that do not exist. */
  async #withKeys(actions: readonly Action[]): Promise<KeyedAction[]> {
    const keys = new Map<string, string[]>();
    for (const { input } of actions) {
      const { TableName } = input;
      if (keys.has(TableName)) continue;
      const { status, body } = await this.#engine('DescribeTable', { TableName });
      if (status !== 200) throw new AwsError('ResourceNotFoundException', 'Requested resource not found');
      const { KeySchema } = Described.parse(JSON.parse(body)).Table;
      keys.set(
        TableName,
        KeySchema.map(({ AttributeName }) => AttributeName),
      );
    }
    return actions.map((action) => {
      const { TableName, Key, Item = {} } = action.input;
      const names = keys.get(TableName) ?? [];
      const key = Key ?? Object.fromEntries(names.flatMap((name) => (name in Item ? [[name, Item[name]]] : [])));
      return { ...action, key, id: JSON.stringify([TableName, ...names.map((name) => key[name])]) };
    });
  }

  /** Carries out each action, even after one failed: the answer names every action's own reason. */
  async #writeAll(actions: readonly KeyedAction[]): Promise<Answer> {
    const reasons: Reason[] = [];
    const undo: (() => Promise<Answer>)[] = [];
    let refused: Answer | undefined;
    for (const { kind, input, key } of actions) {
      const { TableName, ReturnValuesOnConditionCheckFailure, ...rest } = input;
      const found = await this.#engine('GetItem', { TableName, Key: key, ConsistentRead: true });
      // An answer that is not an item says that the key is wrong. So will the action's own answer.
      const { Item } = found.status === 200 ? Found.parse(JSON.parse(found.body)) : {};
      const answer = await this.#engine(OPERATIONS[kind], { TableName, ...rest });
      if (answer.status !== 200) {
        const { __type, message } = Refusal.parse(JSON.parse(answer.body));
        const code = __type.replace(/^.*#/, '');
        if (code === 'ConditionalCheckFailedException') {
          const shown = ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && Item !== undefined;
          reasons.push({ Code: 'ConditionalCheckFailed', Message: message, ...(shown && { Item }) });
        } else if (code === 'ValidationException' && (await this.#isValid(OPERATIONS[kind], rest, message))) {
          reasons.push({ Code: 'ValidationError', Message: message });
        } else refused ??= answer;
        continue;
      }
      reasons.push({ Code: 'None' });
      const restore = () =>
        Item === undefined
          ? this.#engine('DeleteItem', { TableName, Key: key })
          : this.#engine('PutItem', { TableName, Item });
      // A check is carried out as an update of nothing. That creates an item where there is none.
      if (kind === 'ConditionCheck') await restore();
      else undo.push(restore);
    }
    const canceled = reasons.some(({ Code }) => Code !== 'None');
    if (refused !== undefined || canceled) for (const restore of undo) await restore();
    return refused ?? (canceled ? cancellation(reasons) : json(200, {}));
  }

  /**
   * Whether a request that was refused with `message` is wrong only for its table and item: AWS cancels the transaction
   * then, and otherwise refuses it as a whole. Of keys, only empty ones are wrong in themselves.
   */
  async #isValid(operation: string, rest: object, message: string): Promise<boolean> {
    if (message.includes('cannot contain an empty')) return false;
    // For a table that does not exist, only a valid request is refused for the table.
    const { body } = await this.#engine(operation, { TableName: 'no-such-table', ...rest });
    return body.includes('ResourceNotFoundException');
  }
}

/** Answer of DynamoDB when another transaction writes an item of this one at the same time: here, its last item. */
export function conflict(input: Readonly<Record<string, unknown>>): Answer {
  const { TransactItems } = readRequest(input);
  return cancellation(
    TransactItems.map((_, at) =>
      at < TransactItems.length - 1
        ? { Code: 'None' }
        : { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' },
    ),
  );
}

/** Milliseconds for which DynamoDB remembers a client request token. */
const TOKEN_LIFE = 10 * 60_000;
const MOST_ACTIONS = 100;

interface Reason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: object;
}

function cancellation(reasons: readonly Reason[]): Answer {
  const codes = reasons.map(({ Code }) => Code).join(', ');
  return json(400, {
    __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
    Message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    CancellationReasons: reasons,
  });
}

const Attributes = z.record(z.string(), z.unknown());
/** DynamoDB ignores other members. */
const Input = z.object({
  TableName: z.string(),
  Key: Attributes.optional(),
  Item: Attributes.optional(),
  UpdateExpression: z.string().optional(),
  ConditionExpression: z.string().optional(),
  ExpressionAttributeNames: z.record(z.string(), z.string()).optional(),
  ExpressionAttributeValues: Attributes.optional(),
  ReturnValuesOnConditionCheckFailure: z.enum(['ALL_OLD', 'NONE']).optional(),
});
const Request = z.object({
  TransactItems: z
    .array(
      z.object({
        Put: Input.required({ Item: true }).omit({ Key: true, UpdateExpression: true }).optional(),
        Update: Input.required({ Key: true, UpdateExpression: true }).omit({ Item: true }).optional(),
        Delete: Input.required({ Key: true }).omit({ Item: true, UpdateExpression: true }).optional(),
        ConditionCheck: Input.required({ Key: true, ConditionExpression: true })
          .omit({ Item: true, UpdateExpression: true })
          .optional(),
      }),
    )
    .min(1, 'Member must have length greater than or equal to 1')
    .max(MOST_ACTIONS, `Member must have length less than or equal to ${MOST_ACTIONS}`),
  ClientRequestToken: z.string().min(1).max(36).optional(),
});
type TransactItem = z.infer<typeof Request>['TransactItems'][number];

const OPERATIONS = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'UpdateItem',
} as const;
type Kind = keyof typeof OPERATIONS;

interface Action {
  readonly kind: Kind;
  readonly input: z.infer<typeof Input>;
}

interface KeyedAction extends Action {
  readonly key: Readonly<Record<string, unknown>>;
  /** Equal for actions on the same item. */
  readonly id: string;
}

const Described = z.object({ Table: z.object({ KeySchema: z.array(z.object({ AttributeName: z.string() })) }) });
const Found = z.object({ Item: z.record(z.string(), z.unknown()).optional() });
const Refusal = z.object({ __type: z.string(), message: z.string().default('') });

const invalid = (message: string) => new AwsError('ValidationException', message);

function readRequest(input: unknown): z.infer<typeof Request> {
  const { data, error } = Request.safeParse(input);
  if (data === undefined) throw invalid(`1 validation error detected: ${z.prettifyError(error)}`);
  return data;
}

function readAction({ Put, Update, Delete, ConditionCheck }: TransactItem): Action {
  const given: Action[] = [
    ...(Put ? [{ kind: 'Put' as const, input: Put }] : []),
    ...(Update ? [{ kind: 'Update' as const, input: Update }] : []),
    ...(Delete ? [{ kind: 'Delete' as const, input: Delete }] : []),
    ...(ConditionCheck ? [{ kind: 'ConditionCheck' as const, input: ConditionCheck }] : []),
  ];
  const [action] = given;
  if (action === undefined)
    throw invalid('Invalid Request: TransactWriteRequest should contain Delete or Put or Update request');
  if (given.length > 1) throw invalid('TransactItems can only contain one of Check, Put, Update or Delete');
  return action;
}
