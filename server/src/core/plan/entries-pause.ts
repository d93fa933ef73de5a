/** Why entries are paused: by the owner, or by the program until the owner resumes them. */
export type EntriesPause = 'ENTRIES_PAUSED' | 'ORDER_NOT_OURS' | 'KEY_MAY_WITHDRAW';
