/** The schema of the `labeling` section of `ground-control.yml`. */
import * as z from 'zod';
import { CHAINED_ENDS } from './labeling.ts';
import { tagKeys } from './words.ts';

/** The inline policies of a role may have 10,240 characters (IAM quotas), and those of the labeling function take some. */
const MOST_CHARACTERS = 5000;

/**
 * The ARN of an IAM role, with its path (IAM user guide, IAM identifiers). A path may have more characters than these, but
 * `*` and `?` would be wildcards in a policy, and `$` a variable.
 */
const role = z
  .string()
  .regex(
    /^arn:aws(?:-cn|-us-gov)?:iam::\d{12}:role\/(?:[\w+=,.@-]+\/)*[\w+=,.@-]{1,64}$/,
    'expected the ARN of an IAM role with its path and without wildcards, like arn:aws:iam::111122223333:role/labeling',
  );

/** The account of a role in words: `account 111122223333 (arn:aws)`. An account is of one partition. */
function accountOf(arn: string): string | undefined {
  const [, partition, account] = /^(arn:[\w-]+):iam::(\d{12}):role\//.exec(arn) ?? [];
  return account && `account ${account} (${partition})`;
}

export const Labeling = z
  .strictObject({
    mode: z
      .enum(['off', 'observe', 'enforce'])
      .default('observe')
      .describe(
        'off: only report how labeling jobs end. observe: also say which jobs would be continued. enforce: continue them.',
      ),
    roles: z
      .array(role)
      .default([])
      .superRefine((roles, context) => {
        for (const [at, one] of roles.entries()) {
          const first = roles.indexOf(one);
          if (first < at)
            context.addIssue({
              code: 'custom',
              path: [at],
              message: `expected each role once; roles[${first}] is the same`,
            });
        }
        const [first] = roles.map(accountOf);
        for (const [at, one] of roles.map(accountOf).entries())
          if (first !== undefined && one !== undefined && one !== first)
            context.addIssue({
              code: 'custom',
              path: [at],
              message: `expected roles of one account, that of the deployment; roles[0] is of ${first}, and this one of ${one}`,
            });
      })
      .refine(
        (roles) => roles.join('').length <= MOST_CHARACTERS,
        `expected roles of at most ${MOST_CHARACTERS} characters together: the policies of a role have no room for more`,
      )
      .describe(
        'ARNs of the IAM roles that Ground Control may pass to the labeling jobs that it creates. Needed with mode: enforce.',
      ),
    chain: z
      .array(z.enum(CHAINED_ENDS))
      .default(['expired'])
      .describe(
        'Ends after which a job is continued: expired, unfinished (completed with objects left), stopped (by people).',
      ),
    mostLinks: z.int().min(1).max(99).default(5).describe('The most jobs in a chain, not counting the first one.'),
    mostUsd: z
      .number({ error: 'expected an amount of US dollars without a sign, like 25 or 12.50' })
      .min(0)
      .max(1_000_000)
      .default(0)
      .describe(
        'The most that one chained job may cost, in USD: what SageMaker charges for its objects, and what public or vendor workers are paid. Above it, Ground Control asks people. 0: it always asks.',
      ),
    objectUsd: z
      .number({ error: 'expected an amount of US dollars without a sign, like 0.08' })
      .min(0.000001, 'expected at least 0.000001 USD')
      .max(10_000)
      .optional()
      .describe(
        'What SageMaker charges for one labeled object (one line of the manifest), in USD. Without it, the highest published price: 0.08. Needed for 3D point clouds and videos, whose price Ground Control does not know.',
      ),
    vendorUsd: z
      .number({ error: 'expected an amount of US dollars without a sign, like 0.10' })
      .min(0.000001, 'expected at least 0.000001 USD')
      .max(10_000)
      .optional()
      .describe(
        "What your vendor charges for one worker's answer on one object, in USD. Without it, Ground Control asks people.",
      ),
    warnDays: z
      .number()
      .min(0)
      .max(29)
      .default(3)
      .describe('From how many days before expiry people are warned that a job will not finish; 0 warns nobody.'),
    stalledHours: z
      .union([z.literal('off'), z.literal(false), z.number().min(1).max(720)], {
        error: 'expected hours from 1 to 720, or off',
      })
      .default(72)
      .transform((hours) => (typeof hours === 'number' ? hours : undefined))
      .describe(
        'Hours without progress after which people are told that a job has stalled, or off. An object labeled or failed for good is progress.',
      ),
    tags: z
      .strictObject({ optOut: tagKeys('ground-control:no-chain') })
      .prefault({})
      .describe('Tags on a job: optOut forbids continuing it.'),
  })
  .superRefine(({ mode, roles }, context) => {
    if (mode !== 'enforce' || roles.length > 0) return;
    const message =
      'expected, with mode: enforce, the IAM roles of your labeling jobs, like [arn:aws:iam::111122223333:role/labeling]. Jobs with other roles are not continued';
    context.addIssue({ code: 'custom', path: ['roles'], message });
  });
