-- Searches kept by name, and those asked lately. Times are seconds since 1970 UTC.
CREATE TABLE saved_search (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT NOT NULL UNIQUE COLLATE NOCASE,
    query      TEXT NOT NULL,                -- JSON, as the asker wrote it
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;

CREATE TABLE search_history (
    id       INTEGER PRIMARY KEY AUTOINCREMENT, -- one asked again gets a new one, so the highest is the newest
    query    TEXT NOT NULL UNIQUE,           -- JSON, as the asker wrote it
    asked_at INTEGER NOT NULL
) STRICT;
