import { describe, expect, it } from 'vitest';
import { Shutdown } from '../../src/control/shutdown.js';
import { shutdownFailures } from './shutdown-checks.js';

describe('the one way to off', () => {
  it('is as its stories tell it', () => {
    expect(shutdownFailures({ Shutdown })).toEqual([]);
  });
});
