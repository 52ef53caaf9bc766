/* The scripts of the list, sent as one file: centers/http/static_storage.py puts each in place of its line. */
import "./suggest.js";
import "./location.js";
import "./filters.js";
import "./copy.js";
