export { searchRoute } from './search-route.ts';
export { Search, type FoundFootage, type FoundTransaction } from './search.ts';
