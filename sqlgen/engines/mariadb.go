package engines

func openMariaDB() (Engine, error) { return nil, ErrAbsent }
