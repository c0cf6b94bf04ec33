import * as z from 'zod';
import type { Instances } from './state-change.ts';
import * as v from './values.ts';

const group = z.object({ InstanceType: v.text, InstanceCount: v.amount });

function toInstances({ InstanceType, InstanceCount }: z.output<typeof group>): Instances | undefined {
  return InstanceType === undefined ? undefined : { type: InstanceType, count: InstanceCount };
}

/** `ResourceConfig` and its relatives: one instance type and count, or `InstanceGroups` of several (heterogeneous clusters). */
export const instanceGroups = v
  .lenient(group.extend({ InstanceGroups: v.list(group) }))
  .transform((config) =>
    config === undefined
      ? []
      : config.InstanceGroups.length > 0
        ? config.InstanceGroups.map(toInstances)
        : [toInstances(config)],
  );
