export { ObjectProver } from './object-prover.ts';
