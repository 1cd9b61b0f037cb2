export { searchRoute } from './search-route.ts';
export { Search, type FoundTransaction } from './search.ts';
