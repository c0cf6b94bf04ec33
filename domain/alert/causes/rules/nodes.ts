/**
 * Faults of HyperPod nodes, by the name of the health check that found them.
 *
 * Source: developer guide, "Health monitoring agent" (fault types and reasons), "Deep health checks" (their names), and
 * documented node health events (NvidiaErrorTerminate, GPU_DCGM_HEALTH_CHECK_FAILED).
 */
import type { Key } from '../advice/advice.ts';
import { firstOf, type Rule } from './rule.ts';

const CHECKS: readonly Rule[] = [
  // The agent leaves such nodes alone: the application is at fault, not the hardware.
  [/XidUserAppError/, 'user-code-error/gpu-fault'],
  [/InstanceConnectivity|\bNCC(?:L|OM)\b/, 'internal-service-error/node-connectivity'],
  [/EFA/, 'internal-service-error/node-efa'],
  [/Neuron/i, 'internal-service-error/node-neuron'],
  [/Nvidia|GPU|DCGM|NVLink|NVSwitch|\bXid|\bECC\b|RowRemap/i, 'internal-service-error/node-gpu'],
  [/InstanceStress/, 'internal-service-error/node-stress'],
  [/Kernel|Deadlock|Disk|Memory|CPU|Filesystem/i, 'internal-service-error/node-host'],
  [/unhealthy|health ?check|\bHMA\b|HEALTH_CHECK/i, 'internal-service-error/node'],
];

/** A check that is named, and found no fault. */
const FINE = /\b(?:passed|succeeded|skipped|untested|not (?:been )?(?:tested|run)|OK)\b/i;

/** What the health of a node means, from the reason or, without a known reason, from the status. */
export function nodeFaultIn(text: string, status: string | undefined): Key | undefined {
  const accused = text
    .split(/[,;]|\. |\bbut\b/)
    .filter((words) => !FINE.test(words))
    .join(',');
  const known = firstOf(CHECKS, accused);
  return known ?? (/^Unhealthy$|^UnschedulablePending/.test(status ?? '') ? 'internal-service-error/node' : undefined);
}
