-- Runs once, when the container makes its database. `restore`, `verify-backup` and `upgrade` load a backup into a schema of its
-- own beside the database, so the user of the program may make schemas whose names begin like it.
GRANT ALL PRIVILEGES ON `mvcash\_%`.* TO 'mvcash'@'%';
