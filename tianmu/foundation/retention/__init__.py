"""How long what is kept: periods as versioned data; what is due goes each night; what the law keeps stays."""
