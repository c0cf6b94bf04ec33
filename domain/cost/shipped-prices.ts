/**
 * Prices for when the Price List has none or cannot be asked: USD per instance-hour, on demand, as of the day below.
 * Source: public documents that cite the AWS bulk price list.
 */
import type { Component } from '../../schemas/event/billing.ts';

/** The day of these prices. */
export const SHIPPED_AS_OF = '2026-09-25';

/** By region, component and instance type, in USD as text. */
export const SHIPPED_PRICES: Readonly<
  Record<string, Readonly<Partial<Record<Component, Readonly<Record<string, string>>>>>>
> = {
  'us-east-1': {
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
    },
  },
  'ap-south-1': {
    Training: {
      'ml.m5.xlarge': '0.242',
      'ml.m5.4xlarge': '0.97',
      'ml.r5.4xlarge': '1.248',
      'ml.g4dn.xlarge': '0.811',
      'ml.g5.xlarge': '1.69',
    },
  },
};

/** Prices of an instance's volume, USD per GB-month, as text. Other regions use those of us-east-1. */
export const VOLUME_PRICES: Readonly<Record<string, Readonly<Record<Component, string>>>> = {
  'us-east-1': { Training: '0.14', Processing: '0.10', BatchTransform: '0.14' },
  'eu-west-1': { Training: '0.154', Processing: '0.11', BatchTransform: '0.154' },
};
