/** What is wrong with what a person gave, in words for that person. */
export class PhotographError extends Error {}
