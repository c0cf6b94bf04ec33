import * as z from 'zod/mini';
import type { Instances } from './state-change.ts';
import * as v from './values.ts';

const group = z.object({ InstanceType: v.text, InstanceCount: v.amount });

function toInstances({ InstanceType, InstanceCount }: z.output<typeof group>): Instances | undefined {
  return InstanceType === undefined ? undefined : { type: InstanceType, count: InstanceCount };
}

/** `ResourceConfig` and its relatives: one instance type and count, or `InstanceGroups` of several (heterogeneous clusters). */
export const instanceGroups = v.mapped(v.lenient(z.extend(group, { InstanceGroups: v.list(group) })), (config) => {
  if (config === undefined) return [];
  return config.InstanceGroups.length > 0 ? config.InstanceGroups.map(toInstances) : [toInstances(config)];
});
