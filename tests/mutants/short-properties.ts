import fc from 'fast-check';

/** A mutant that survives everything else runs every property: each gets a moment, always with the same values. */
fc.configureGlobal({ seed: 1, interruptAfterTimeLimit: 500 });
