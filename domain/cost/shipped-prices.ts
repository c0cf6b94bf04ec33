/**
 * Prices for when the Price List has none or cannot be asked: USD per instance-hour, on demand.
 *
 * Only prices that a public document took from AWS within the last year. A price that is not here is not known: prices
 * differ by region and, in the fourth digit, by component, so none is derived from another. Sources, read in November
 * 2026:
 * - us-east-1, training: documents that cite the bulk price list of 2026-07-27 to 2026-09-25.
 * - us-east-1 and ap-south-1, training and processing: the bulk price list of 2026-09-24, in the research notes of a
 *   team in the Amazon ML Challenge 2026 ("R4 - AWS compute plan", section 2.2). Its training prices agree with the
 *   documents above. Processing on ml.m5.large: the Price List API of 2026-07-30 ("Lab 6 - Cost Model & Pre-Flight
 *   Blockers"), which agrees on ml.m5.xlarge and ml.t3.medium.
 * - us-east-2: a bill of July 2026 (notes of trimcrae/Rare-cancers).
 * - us-west-2 and eu-north-1: the price list of 2026-09-16 ("Power-stage second opinion").
 * - eu-west-3: the price list of 2026-10-04 (a study of speech recognition of 2026-10-05).
 * - ap-northeast-1: the price list of 2026-09-23, and the same price on 2026-09-22 (`cost_model.py`, "milk-camera").
 */
import type { Component } from '../../schemas/event/billing.ts';

/** The prices of one region. */
export interface ShippedPrices {
  /** The day of the newest of these prices: `2026-09-25`. */
  readonly asOf: string;
  /** By component and instance type, in USD as text. */
  readonly prices: Readonly<Partial<Record<Component, Readonly<Record<string, string>>>>>;
}

/** ap-south-1: the same for training and processing. */
const AP_SOUTH_1 = {
  'ml.m5.xlarge': '0.242',
  'ml.m5.4xlarge': '0.97',
  'ml.m6i.4xlarge': '0.97',
  'ml.c6i.8xlarge': '1.632',
  'ml.r5.4xlarge': '1.248',
  'ml.r7i.2xlarge': '0.6552',
  'ml.r7i.4xlarge': '1.3104',
  'ml.g4dn.xlarge': '0.811',
  'ml.g6.xlarge': '1.353',
};

/** By region. */
export const SHIPPED_PRICES: Readonly<Record<string, ShippedPrices>> = {
  'us-east-1': {
    asOf: '2026-09-25',
    prices: {
      Training: {
        'ml.m5.large': '0.115',
        'ml.m5.xlarge': '0.23',
        'ml.m5.4xlarge': '0.922',
        'ml.m6i.4xlarge': '0.922',
        'ml.c5.4xlarge': '0.816',
        'ml.c5.9xlarge': '1.836',
        'ml.c6i.8xlarge': '1.632',
        'ml.r5.4xlarge': '1.21',
        'ml.r5.8xlarge': '2.419',
        'ml.r7i.2xlarge': '0.635',
        'ml.r7i.4xlarge': '1.2701',
        'ml.g4dn.xlarge': '0.736',
        'ml.g5.xlarge': '1.408',
        'ml.g5.2xlarge': '1.515',
        'ml.g5.12xlarge': '7.09',
        'ml.g6.xlarge': '1.127',
        'ml.g6.2xlarge': '1.222',
        'ml.g6.4xlarge': '1.654',
        'ml.g6.12xlarge': '5.752',
        'ml.g6e.2xlarge': '2.8',
        'ml.g6e.12xlarge': '13.12',
        'ml.p4d.24xlarge': '25.251',
        'ml.p5.48xlarge': '63.296',
      },
      Processing: {
        'ml.t3.medium': '0.05',
        'ml.m5.large': '0.115',
        'ml.m5.xlarge': '0.23',
        'ml.m5.4xlarge': '0.922',
        'ml.m6i.4xlarge': '0.922',
        'ml.c6i.8xlarge': '1.632',
        'ml.r5.4xlarge': '1.21',
        'ml.r7i.2xlarge': '0.635',
        'ml.r7i.4xlarge': '1.2701',
        'ml.g4dn.xlarge': '0.736',
        'ml.g5.xlarge': '1.408',
        'ml.g6.xlarge': '1.1267',
      },
    },
  },
  'us-east-2': { asOf: '2026-07-09', prices: { Training: { 'ml.g5.xlarge': '1.2575' } } },
  'us-west-2': { asOf: '2026-09-16', prices: { Training: { 'ml.c7i.2xlarge': '0.4284' } } },
  'eu-north-1': { asOf: '2026-09-16', prices: { Training: { 'ml.c7i.2xlarge': '0.45864' } } },
  'eu-west-3': { asOf: '2026-10-04', prices: { BatchTransform: { 'ml.g4dn.xlarge': '0.861' } } },
  'ap-south-1': {
    asOf: '2026-09-24',
    prices: {
      Training: { ...AP_SOUTH_1, 'ml.g5.xlarge': '1.69' },
      Processing: { ...AP_SOUTH_1, 'ml.t3.medium': '0.054', 'ml.g5.xlarge': '1.691' },
    },
  },
  'ap-northeast-1': { asOf: '2026-09-23', prices: { Training: { 'ml.g6.xlarge': '1.634' } } },
};

/** Prices of an instance's volume, USD per GB-month, as text. Other regions use those of us-east-1. */
export const VOLUME_PRICES: Readonly<Record<string, Readonly<Record<Component, string>>>> = {
  'us-east-1': { Training: '0.14', Processing: '0.10', BatchTransform: '0.14' },
  'eu-west-1': { Training: '0.154', Processing: '0.11', BatchTransform: '0.154' },
};
