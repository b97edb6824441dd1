//! What programs of others make of costplan's files. `.ci/run` installs them; without one, its tests fail.

mod libreoffice;
