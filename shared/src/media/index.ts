export * from './box-splitter.ts';
export * from './fragment.ts';
export * from './init-segment.ts';
export * from './media-error.ts';
export * from './parameter-sets.ts';
export * from './whole-pieces.ts';
