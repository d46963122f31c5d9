"""Who calls the server: a plain client, the commands of the article, what people reported."""
