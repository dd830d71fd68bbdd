"""Reading what people say: in which language, and how it sounds. Offline, by word lists that anybody can read and mend."""
