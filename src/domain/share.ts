/** How far a piece of work has come, to show while it runs. `of` tells one piece from another. */
export type Share = { readonly of: string; readonly done: number; readonly total: number };

/** Says what is being done, and how far it has come where that is known. */
export type Doing = (what: string, share?: Share) => void;
