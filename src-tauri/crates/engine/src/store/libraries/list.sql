SELECT library.id,
       library.name,
       library.exclude,
       (SELECT count(*) FROM photo WHERE photo.library_id = library.id AND missing_since IS NULL),
       (SELECT count(*) FROM fault JOIN root ON root.id = fault.root_id
         WHERE root.library_id = library.id AND NOT fault.ignored)
FROM library
ORDER BY library.name COLLATE NOCASE, library.id
