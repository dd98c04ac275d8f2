subscribers.status = 'enabled' AND substring(subscribers.name, 1, 1) = 'x'
