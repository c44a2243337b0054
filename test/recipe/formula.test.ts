import { describe, expect, it } from 'vitest';
import { molarMassOf } from '../../src/recipe/formula.js';

const mass = (formula: string): number | string => {
  const found = molarMassOf(formula);
  return found.ok ? Number(found.molarMass_g_mol.toFixed(2)) : found.message;
};

describe('molarMassOf', () => {
  it.each([
    // as printed in the procedure
    ['C16H15N', 221.3],
    ['C11H15NOS', 209.31],
    ['C16H36ClNO4', 341.92],
    ['C20H20CoKN2O7', 498.42],
    // handbook
    ['D2O', 20.03],
    ['H', 1.01],
    ['C14H12', 180.25],
  ])('%s', (formula, expected_g_mol) => {
    expect(mass(formula)).toBeCloseTo(expected_g_mol, 1);
  });

  it('tells Co from C and O, and counts no letter twice', () => {
    expect(mass('Co')).toBe(58.93);
    expect(mass('CO')).toBe(28.01);
    expect(mass('C10')).toBe(120.11);
    expect(mass('C1H1')).toBe(mass('CH'));
  });

  it.each([
    ['', 'is empty'],
    ['Xx2', 'the element "Xx" is not known here'],
    ['C6h6', '"C6h6" is no sum formula from "h6" on'],
    ['C0', '"C0" is no sum formula from "0" on'],
    ['(CH3)2O', '"(CH3)2O" is no sum formula from "(CH3)2O" on'],
    ['C6H6 ', '"C6H6 " is no sum formula from " " on'],
  ])('refuses %j', (formula, message) => {
    expect(mass(formula)).toBe(message);
  });
});
