-- The desk's database and its three roles, made once by a superuser; the passwords come from the environment, not from this file:
--   psql --set ON_ERROR_STOP=1 --file roles.sql postgres
-- The official Postgres image runs it by itself when it makes its data (compose.yaml).
--
--   lineup_owner   owns the tables; only `manage.py upgrade` and a restore sign in with it
--   lineup_app     web and worker clusters: reads and writes rows, and changes no table; what is append-only stays so for it
--   lineup_backup  reads everything, for dumps
--
-- What lineup_app may do with each table `manage.py upgrade` grants after every migration (LINEUP_DATABASE_APP_ROLE).
\set ON_ERROR_STOP on
\getenv owner_password LINEUP_OWNER_PASSWORD
\getenv app_password LINEUP_APP_PASSWORD
\getenv backup_password LINEUP_BACKUP_PASSWORD

CREATE ROLE lineup_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD :'owner_password';
CREATE ROLE lineup_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD :'app_password';
CREATE ROLE lineup_backup LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD :'backup_password';
GRANT pg_read_all_data TO lineup_backup;

CREATE DATABASE lineup OWNER lineup_owner ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE lineup FROM PUBLIC;
GRANT CONNECT ON DATABASE lineup TO lineup_app, lineup_backup;

\connect lineup
ALTER SCHEMA public OWNER TO lineup_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO lineup_app;
