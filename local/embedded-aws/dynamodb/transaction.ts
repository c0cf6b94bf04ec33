/** DynamoDB transactions, made from calls of an engine that has none, and what else it lacks about conditions. */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { type Answer, AwsError, json } from '../protocol.ts';

/** Answers a DynamoDB call. Refusals are answers, too. */
export type Engine = (operation: string, input: object) => Promise<Answer>;

/**
 * `TransactWriteItems` for `engine`, as DynamoDB documents it, and `ReturnValuesOnConditionCheckFailure` for single
 * writes. The caller makes sure that no other call runs meanwhile: an action takes effect at once, and loses it when the
 * transaction is canceled. `ReturnConsumedCapacity` is ignored.
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
    const actions = await Promise.all(
      TransactItems.map(readAction).map(async (action) => ({ ...action, ...(await this.#place(action.input)) })),
    );
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

  /** Answers a single write. A refusal shows the item that the condition failed on, if there is one. */
  async writeOne(operation: string, input: Readonly<Record<string, unknown>>): Promise<Answer> {
    const answer = await this.#engine(operation, input);
    if (answer.status === 200 || refusalOf(answer).code !== 'ConditionalCheckFailedException') return answer;
    const { TableName, key } = await this.#place(Input.parse(input));
    const Item = await this.#find(TableName, key);
    return json(answer.status, { ...JSON.parse(answer.body), ...(Item && { Item }) });
  }

  /** Refuses a table that does not exist. */
  async #place({ TableName, Key, Item = {} }: Action['input']): Promise<Place> {
    const { status, body } = await this.#engine('DescribeTable', { TableName });
    if (status !== 200) throw new AwsError('ResourceNotFoundException', 'Requested resource not found');
    const names = Described.parse(JSON.parse(body)).Table.KeySchema.map(({ AttributeName }) => AttributeName);
    const key = Key ?? Object.fromEntries(names.flatMap((name) => (name in Item ? [[name, Item[name]]] : [])));
    return { TableName, key, id: JSON.stringify([TableName, ...names.map((name) => key[name])]) };
  }

  /** Absent, too, if `Key` is not the key of the table: then every action on it is refused. */
  async #find(TableName: string, Key: Attributes): Promise<Attributes | undefined> {
    const { status, body } = await this.#engine('GetItem', { TableName, Key, ConsistentRead: true });
    return status === 200 ? Found.parse(JSON.parse(body)).Item : undefined;
  }

  /** Carries out each action, even after one failed: the answer names every action's own reason. */
  async #writeAll(actions: readonly (Action & Place)[]): Promise<Answer> {
    const done: Done[] = [];
    for (const action of actions) done.push(await this.#act(action));
    const reasons = done.map(({ reason }) => reason);
    const refused = done.find((one) => one.refused !== undefined)?.refused;
    if (refused === undefined && reasons.every(({ Code }) => Code === 'None')) return json(200, {});
    for (const { undo } of done) await undo?.();
    return refused ?? cancellation(reasons);
  }

  async #act({ kind, input, TableName, key }: Action & Place): Promise<Done> {
    const { ReturnValuesOnConditionCheckFailure, ...request } = input;
    const Item = await this.#find(TableName, key);
    const answer = await this.#engine(OPERATIONS[kind], request);
    if (answer.status === 200) {
      const undo = () =>
        Item === undefined
          ? this.#engine('DeleteItem', { TableName, Key: key })
          : this.#engine('PutItem', { TableName, Item });
      if (kind !== 'ConditionCheck') return { reason: FINE, undo };
      // A check is carried out as an update of nothing. That creates an item where there is none.
      await undo();
      return { reason: FINE };
    }
    const { code, message } = refusalOf(answer);
    if (code === 'ConditionalCheckFailedException') {
      const shown = ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && Item !== undefined;
      return { reason: { Code: 'ConditionalCheckFailed', Message: message, ...(shown && { Item }) } };
    }
    if (code === 'ValidationException' && (await this.#isValid(OPERATIONS[kind], request, message)))
      return { reason: { Code: 'ValidationError', Message: message } };
    return { reason: FINE, refused: answer };
  }

  /**
   * Whether a request that was refused with `message` is wrong only for its table and item: AWS cancels the transaction
   * then, and otherwise refuses it as a whole. Of keys, only empty ones are wrong in themselves.
   */
  async #isValid(operation: string, request: object, message: string): Promise<boolean> {
    if (message.includes('cannot contain an empty')) return false;
    // For a table that does not exist, only a valid request is refused for the table.
    const { body } = await this.#engine(operation, { ...request, TableName: 'no-such-table' });
    return body.includes('ResourceNotFoundException');
  }
}

/** Answer of DynamoDB when another transaction writes an item of this one at the same time: here, its last item. */
export function conflict(input: Readonly<Record<string, unknown>>): Answer {
  const { TransactItems } = readRequest(input);
  return cancellation(
    TransactItems.map((_, at) =>
      at < TransactItems.length - 1
        ? FINE
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

const FINE: Reason = { Code: 'None' };

/** What became of an action. */
interface Done {
  readonly reason: Reason;
  /** Takes its effect back. */
  readonly undo?: () => Promise<Answer>;
  /** Why the request is refused as a whole. */
  readonly refused?: Answer;
}

const Attributes = z.record(z.string(), z.unknown());
type Attributes = z.infer<typeof Attributes>;
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

/** The item that an action is about. */
interface Place {
  readonly TableName: string;
  readonly key: Attributes;
  /** Equal for actions on the same item. */
  readonly id: string;
}

const Described = z.object({ Table: z.object({ KeySchema: z.array(z.object({ AttributeName: z.string() })) }) });
const Found = z.object({ Item: Attributes.optional() });
const Refusal = z.object({ __type: z.string(), message: z.string().default('') });

function refusalOf({ body }: Answer): { code: string; message: string } {
  const { __type, message } = Refusal.parse(JSON.parse(body));
  return { code: __type.replace(/^.*#/, ''), message };
}

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
