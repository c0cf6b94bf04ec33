/** The rules of a packaged template, and which of them get an event. */
import * as z from 'zod';
import type { Matcher } from './matcher.ts';

/** What of the template has an event pattern: a rule, or the archive. */
export interface DeployedRule {
  /** Its logical id, or that of the function that is its target. */
  readonly id: string;
  /** Events reach a rule through one bus. The archive keeps events of the default bus. */
  readonly from: 'default bus' | 'bus of relays' | 'archive';
  /** JSON, as EventBridge gets it. */
  readonly pattern: string;
}

const FunctionArn = z.object({ 'Fn::GetAtt': z.tuple([z.string().endsWith('LambdaFunction'), z.literal('Arn')]) });
const WithPattern = z.object({
  Type: z.enum(['AWS::Events::Rule', 'AWS::Events::Archive']),
  Properties: z.object({
    EventPattern: z.record(z.string(), z.unknown()),
    EventBusName: z.object({ Ref: z.literal('RelayBus') }).optional(),
    Targets: z.tuple([z.object({ Arn: z.unknown() })]).optional(),
  }),
});
const Template = z.object({
  Resources: z.record(
    z.string(),
    z.looseObject({ Properties: z.looseObject({ EventPattern: z.unknown().optional() }).optional() }),
  ),
});

/** Everything with an event pattern in the template. Throws for a resource or a target of an unexpected form. */
export function rulesIn(template: unknown): DeployedRule[] {
  return Object.entries(Template.parse(template).Resources).flatMap(([id, resource]): DeployedRule[] => {
    if (resource.Properties?.EventPattern === undefined) return [];
    const { Type, Properties } = WithPattern.parse(resource);
    const target = FunctionArn.safeParse(Properties.Targets?.[0].Arn);
    return [
      {
        id: target.success ? target.data['Fn::GetAtt'][0] : id,
        from: Type === 'AWS::Events::Archive' ? 'archive' : Properties.EventBusName ? 'bus of relays' : 'default bus',
        pattern: JSON.stringify(Properties.EventPattern),
      },
    ];
  });
}

/**
 * For each of `events`, in their order, the ids of the rules that it matches, as EventBridge's matcher says. An event is
 * an object, or JSON. Throws if EventBridge would refuse a rule.
 */
export async function routesOf(
  matcher: Matcher,
  rules: readonly DeployedRule[],
  events: readonly (object | string)[],
): Promise<string[][]> {
  const texts = events.map((event) => (typeof event === 'string' ? event : JSON.stringify(event)));
  const answers = await Promise.all(
    rules.map(async ({ id, pattern }) => {
      const answer = await matcher.ask(pattern, texts);
      if ('refused' in answer) throw new Error(`${id}: EventBridge refuses its pattern: ${answer.refused}`);
      return { id, ...answer };
    }),
  );
  return texts.map((_, at) => answers.flatMap(({ id, matches }) => (matches[at] === true ? [id] : [])));
}
