export * from './box-splitter.ts';
export { readFragment, shiftTfdt, type Fragment } from './fragment.ts';
export * from './init-segment.ts';
export * from './media-error.ts';
export * from './parameter-sets.ts';
export * from './sample-bytes.ts';
export * from './sound-samples.ts';
export * from './whole-pieces.ts';
